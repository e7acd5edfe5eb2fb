# What one subscription sends to the hub: its own log, and those of its registries and clusters.

data "azurerm_client_config" "here" {}

locals {
  # A plan that has no account to ask, as in the tests, does not know it.
  subscription = coalesce(data.azurerm_client_config.here.subscription_id, "00000000-0000-0000-0000-000000000000")

  tags = merge({ Application = var.name }, var.tags)

  # By the last part of their ids, with what makes them unique.
  registries = { for id in var.registries : "${basename(id)}-${substr(sha256(lower(id)), 0, 8)}" => id }
  clusters   = { for id in var.clusters : "${basename(id)}-${substr(sha256(lower(id)), 0, 8)}" => id }

  logs = merge(
    {
      activity = { of = "/subscriptions/${local.subscription}", categories = ["Administrative"] }
    },
    {
      for name, id in local.registries : "registry-${name}" => {
        of         = id
        categories = ["ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"]
      } if !contains(local.elsewhere, id)
    },
    {
      for name, id in local.clusters : "cluster-${name}" => {
        of         = id
        categories = ["kube-audit-admin"] # kube-audit besides tells who looked
      }
    },
  )

  # Diagnostic settings reach an Event Hub of the resource's own region only:
  # https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings#destination-limitations
  elsewhere = [for name, id in local.registries : id if lower(replace(coalesce(data.azurerm_container_registry.this[name].location, var.hub.location), " ", "")) != var.hub.location]
}

data "azurerm_container_registry" "this" {
  for_each = local.registries

  name                = basename(each.value)
  resource_group_name = split("/", each.value)[4]
}

resource "azurerm_resource_group" "this" {
  name     = var.name
  location = var.hub.location
  tags     = local.tags
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  for_each = local.logs

  name                           = var.name
  target_resource_id             = each.value.of
  eventhub_authorization_rule_id = var.hub.authorization_rule
  eventhub_name                  = var.hub.event_hub

  dynamic "enabled_log" {
    for_each = each.value.categories

    content {
      category = enabled_log.value
    }
  }
}

check "registries_are_heard" {
  assert {
    condition     = length(local.elsewhere) == 0
    error_message = "These are in other regions, so that only Event Grid tells of them, without anybody's name: ${join(", ", local.elsewhere)}.  Give their region a hub of its own."
  }
}
