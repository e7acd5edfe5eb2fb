# Where the hub is, and what its parts are called there.
#
# Names and ids are put together here, so that a plan shows them in full before anything exists.

data "azurerm_client_config" "here" {}

locals {
  # A plan that has no account to ask, as in the tests, does not know them.
  nobody       = "00000000-0000-0000-0000-000000000000"
  subscription = coalesce(data.azurerm_client_config.here.subscription_id, local.nobody)
  deployer     = coalesce(data.azurerm_client_config.here.object_id, local.nobody)

  tags = merge({ Application = var.name }, var.tags)

  # Some names are the whole world's, and some of those have neither hyphens nor much room.
  suffix  = substr(sha256("${local.subscription}/${var.name}"), 0, 8)
  unique  = "${var.name}-${local.suffix}"
  compact = substr(replace(var.name, "-", ""), 0, 12)

  group = "/subscriptions/${local.subscription}/resourceGroups/${var.name}/providers"

  ids = {
    app       = "${local.group}/Microsoft.Web/sites/${local.unique}"
    identity  = "${local.group}/Microsoft.ManagedIdentity/userAssignedIdentities/${var.name}"
    insights  = "${local.group}/Microsoft.Insights/components/${var.name}"
    workspace = "${local.group}/Microsoft.OperationalInsights/workspaces/${var.name}"
    plan      = "${local.group}/Microsoft.Web/serverFarms/${var.name}"
    subnet    = "${local.group}/Microsoft.Network/virtualNetworks/${var.name}/subnets/functions"
    event_hub = "${local.group}/Microsoft.EventHub/namespaces/${local.unique}/eventhubs/${local.event_hub}"
    sending   = "${local.group}/Microsoft.EventHub/namespaces/${local.unique}/authorizationRules/diagnostics"
    incidents = "${local.group}/Microsoft.EventGrid/topics/${local.unique}"
    mail      = "${local.group}/Microsoft.Communication/communicationServices/${local.unique}"
    storage   = { for name, account in local.accounts : name => "${local.group}/Microsoft.Storage/storageAccounts/${account}" }
    table     = "${local.group}/Microsoft.Storage/storageAccounts/${local.accounts["data"]}/tableServices/default/tables/${local.table}"

    containers = {
      for name, kept in local.containers :
      name => "${local.group}/Microsoft.Storage/storageAccounts/${local.accounts[kept.account]}/blobServices/default/containers/${name}"
    }

    queues = {
      for name in local.queues :
      name => "${local.group}/Microsoft.Storage/storageAccounts/${local.accounts["data"]}/queueServices/default/queues/${name}"
    }
  }
}

resource "azurerm_resource_group" "this" {
  name     = var.name
  location = var.location
  tags     = local.tags
}
