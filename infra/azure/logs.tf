# The functions' own logs and metrics.

resource "azurerm_log_analytics_workspace" "this" {
  name                         = var.name
  resource_group_name          = azurerm_resource_group.this.name
  location                     = azurerm_resource_group.this.location
  sku                          = "PerGB2018"
  retention_in_days            = var.log_retention_days
  local_authentication_enabled = false
  tags                         = local.tags
}

resource "azurerm_application_insights" "this" {
  name                          = var.name
  resource_group_name           = azurerm_resource_group.this.name
  location                      = azurerm_resource_group.this.location
  workspace_id                  = local.ids.workspace
  application_type              = "web"
  local_authentication_disabled = true
  tags                          = local.tags

  depends_on = [azurerm_log_analytics_workspace.this]
}

# What is written into queues and containers where failures end: the host, too, puts messages there.
resource "azurerm_monitor_diagnostic_setting" "failures" {
  for_each = { lost = "blobServices", data = "queueServices" }

  name                       = "${var.name}-failures"
  target_resource_id         = "${local.ids.storage[each.key]}/${each.value}/default"
  log_analytics_workspace_id = local.ids.workspace

  enabled_log {
    category = "StorageWrite"
  }

  depends_on = [azurerm_log_analytics_workspace.this, azurerm_storage_account.this]
}
