# Registries and clusters of the hub's region get their diagnostic settings from Azure Policy, the
# future ones, too.
#
# What is there already waits for a remediation: docs/deploy-azure.md has the command.

data "azurerm_client_config" "here" {}

locals {
  # A plan that has no account to ask, as in the tests, does not know it.
  subscription = coalesce(data.azurerm_client_config.here.subscription_id, "00000000-0000-0000-0000-000000000000")
  scope        = coalesce(var.management_group, "/subscriptions/${local.subscription}")
  wide         = var.management_group != null

  watched = {
    registries = {
      type       = "Microsoft.ContainerRegistry/registries"
      categories = ["ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"]
    }
    clusters = {
      type       = "Microsoft.ContainerService/managedClusters"
      categories = ["kube-audit-admin"]
    }
  }

  # What Azure's own policies of this kind ask for; the second reads the key of the Event Hub.
  roles = {
    settings = { id = "749f88d5-cbae-40b8-bcfc-e573ddc772fa", name = "Monitoring Contributor", scope = local.scope }
    keys     = { id = "f526a384-b230-433a-b45c-95f59c4a2dec", name = "Azure Event Hubs Data Owner", scope = split("/authorizationRules/", var.hub.authorization_rule)[0] }
  }

  ids = {
    for about in keys(local.watched) :
    about => "${local.wide ? var.management_group : local.scope}/providers/Microsoft.Authorization/policyDefinitions/${var.name}-${about}"
  }

  identities = {
    for about in keys(local.watched) : about => one(flatten([
      [for each in azurerm_management_group_policy_assignment.this : each.identity[*].principal_id if each.name == "${var.name}-${about}"],
      [for each in azurerm_subscription_policy_assignment.this : each.identity[*].principal_id if each.name == "${var.name}-${about}"],
    ]))
  }
}

resource "azurerm_policy_definition" "this" {
  for_each = local.watched

  name                = "${var.name}-${each.key}"
  display_name        = "Tidewaiter hears ${each.key}"
  description         = "Sends the logs that tell of images to Tidewaiter's Event Hub."
  policy_type         = "Custom"
  mode                = "Indexed"
  management_group_id = var.management_group

  policy_rule = jsonencode({
    if = {
      allOf = [
        { field = "type", equals = each.value.type },
        { field = "location", equals = var.hub.location }, # an Event Hub hears its own region only
      ]
    }
    then = {
      effect = "DeployIfNotExists"
      details = {
        type              = "Microsoft.Insights/diagnosticSettings"
        roleDefinitionIds = [for role in local.roles : "/providers/Microsoft.Authorization/roleDefinitions/${role.id}"]
        existenceCondition = {
          allOf = concat(
            [{ field = "Microsoft.Insights/diagnosticSettings/eventHubAuthorizationRuleId", equals = var.hub.authorization_rule }],
            [
              for category in each.value.categories : {
                count = {
                  field = "Microsoft.Insights/diagnosticSettings/logs[*]"
                  where = {
                    allOf = [
                      { field = "Microsoft.Insights/diagnosticSettings/logs[*].category", equals = category },
                      { field = "Microsoft.Insights/diagnosticSettings/logs[*].enabled", equals = "true" },
                    ]
                  }
                }
                greater = 0
              }
            ],
          )
        }
        deployment = {
          properties = {
            mode       = "incremental"
            parameters = { resource = { value = "[field('id')]" } }
            template = {
              "$schema"      = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
              contentVersion = "1.0.0.0"
              parameters     = { resource = { type = "string" } }
              resources = [{
                type       = "Microsoft.Insights/diagnosticSettings"
                apiVersion = "2021-05-01-preview"
                name       = "${var.name}-policy"
                scope      = "[parameters('resource')]"
                properties = {
                  eventHubAuthorizationRuleId = var.hub.authorization_rule
                  eventHubName                = var.hub.event_hub
                  logs                        = [for category in each.value.categories : { category = category, enabled = true }]
                }
              }]
            }
          }
        }
      }
    }
  })
}

resource "azurerm_management_group_policy_assignment" "this" {
  for_each = local.wide ? local.watched : {}

  name                 = "${var.name}-${each.key}"
  management_group_id  = var.management_group
  policy_definition_id = local.ids[each.key]
  location             = var.hub.location

  identity {
    type = "SystemAssigned"
  }

  depends_on = [azurerm_policy_definition.this]
}

resource "azurerm_subscription_policy_assignment" "this" {
  for_each = local.wide ? {} : local.watched

  name                 = "${var.name}-${each.key}"
  subscription_id      = local.scope
  policy_definition_id = local.ids[each.key]
  location             = var.hub.location

  identity {
    type = "SystemAssigned"
  }

  depends_on = [azurerm_policy_definition.this]
}

resource "azurerm_role_assignment" "this" {
  for_each = { for pair in setproduct(keys(local.watched), keys(local.roles)) : "${pair[0]}-${pair[1]}" => { about = pair[0], role = local.roles[pair[1]] } }

  scope                = each.value.role.scope
  role_definition_name = each.value.role.name
  principal_id         = local.identities[each.value.about]
  principal_type       = "ServicePrincipal"
  description          = "Tidewaiter: diagnostic settings of ${each.value.about}"
}
