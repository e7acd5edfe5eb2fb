# What Tidewaiter remembers.

locals {
  table = replace(var.name, "-", "") # tables have letters and digits alone
}

# A template, as azurerm_storage_table asks the storage itself, with rights that nobody else needs.
resource "azurerm_resource_group_template_deployment" "memory" {
  name                = "${var.name}-memory"
  resource_group_name = azurerm_resource_group.this.name
  deployment_mode     = "Incremental"
  tags                = local.tags

  template_content = jsonencode({
    "$schema"      = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    contentVersion = "1.0.0.0"
    resources = [{
      type       = "Microsoft.Storage/storageAccounts/tableServices/tables"
      apiVersion = "2023-05-01"
      name       = "${local.accounts["data"]}/default/${local.table}"
      properties = {}
    }]
  })

  depends_on = [azurerm_storage_account.this]
}

# A table has no backup: whoever deletes the account has to mean it.
resource "azurerm_management_lock" "memory" {
  name       = "${var.name}-memory"
  scope      = local.ids.storage["data"]
  lock_level = "CanNotDelete"
  notes      = "Tidewaiter's memory; terraform destroy takes the lock away first."

  # Of what is locked, nothing can be deleted, and no permission taken away: the lock has to go first.
  depends_on = [
    azurerm_monitor_diagnostic_setting.failures,
    azurerm_resource_group_template_deployment.memory,
    azurerm_role_assignment.deployer,
    azurerm_role_assignment.this,
    azurerm_storage_blob.settings,
    azurerm_storage_management_policy.this,
    azurerm_storage_queue.this,
  ]
}
