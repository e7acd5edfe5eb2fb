# The fast feed: Event Grid tells of pushes and deletions within seconds, and nobody's name.

locals {
  told = [for what in ["ChartDeleted", "ChartPushed", "ImageDeleted", "ImagePushed"] : "Microsoft.ContainerRegistry.${what}"]
}

resource "azurerm_eventgrid_system_topic" "registry" {
  for_each = local.registries

  name                = "${var.name}-${substr(sha256(lower(each.value)), 0, 8)}" # 50 characters at most
  resource_group_name = azurerm_resource_group.this.name
  location            = data.azurerm_container_registry.this[each.key].location
  source_resource_id  = each.value
  topic_type          = "Microsoft.ContainerRegistry.Registries"
  tags                = local.tags

  identity {
    type = "SystemAssigned"
  }
}

# What cannot be delivered is kept by the topic's own identity.
resource "azurerm_role_assignment" "undelivered" {
  for_each = local.registries

  scope                = "${var.hub.storage}/blobServices/default/containers/${var.hub.undelivered}"
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = one(azurerm_eventgrid_system_topic.registry[each.key].identity[*].principal_id)
  principal_type       = "ServicePrincipal"
  description          = "Tidewaiter: events of ${each.key} that could not be delivered"
}

resource "azurerm_eventgrid_system_topic_event_subscription" "registry" {
  for_each = local.registries

  name                  = var.name
  resource_group_name   = azurerm_resource_group.this.name
  system_topic          = azurerm_eventgrid_system_topic.registry[each.key].name
  event_delivery_schema = "EventGridSchema"
  included_event_types  = local.told

  azure_function_endpoint {
    function_id          = var.hub.function
    max_events_per_batch = 1
  }

  retry_policy {
    max_delivery_attempts = 30
    event_time_to_live    = 1440 # minutes
  }

  storage_blob_dead_letter_destination {
    storage_account_id          = var.hub.storage
    storage_blob_container_name = var.hub.undelivered
  }

  dead_letter_identity {
    type = "SystemAssigned"
  }

  depends_on = [azurerm_role_assignment.undelivered]
}
