# Where the logs arrive.

locals {
  event_hub = "logs"
}

resource "azurerm_eventhub_namespace" "this" {
  name                     = local.unique
  resource_group_name      = azurerm_resource_group.this.name
  location                 = azurerm_resource_group.this.location
  sku                      = "Standard" # Basic has neither networks nor seven days
  capacity                 = 1
  auto_inflate_enabled     = true
  maximum_throughput_units = 10
  minimum_tls_version      = "1.2"
  tags                     = local.tags

  # Diagnostic settings know no identities, so keys cannot be off:
  # https://github.com/MicrosoftDocs/azure-docs/issues/119932
  local_authentication_enabled = true

  network_rulesets {
    default_action                 = "Deny"
    public_network_access_enabled  = true # by those two ways only
    trusted_service_access_enabled = true # diagnostic settings

    virtual_network_rule {
      subnet_id = local.ids.subnet
    }
  }

  depends_on = [azurerm_subnet.functions]
}

resource "azurerm_eventhub" "logs" {
  name            = local.event_hub
  namespace_id    = azurerm_eventhub_namespace.this.id
  partition_count = 32 # as many can read at once; there are no more, and it can never be changed

  # A week, in which everything else may be mended.
  retention_description {
    cleanup_policy          = "Delete"
    retention_time_in_hours = 168
  }
}

# With less Azure refuses it:
# https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings#destination-limitations
resource "azurerm_eventhub_namespace_authorization_rule" "diagnostics" {
  name                = "diagnostics"
  namespace_name      = azurerm_eventhub_namespace.this.name
  resource_group_name = azurerm_resource_group.this.name
  manage              = true
  send                = true
  listen              = true
}
