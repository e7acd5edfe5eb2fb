# Alerts of the Activity Log: of every operation that a detector needs, sooner than its export.

locals {
  # By what they are about; Azure compares without case.
  operations = {
    images = [
      "Microsoft.Compute/galleries/delete",
      "Microsoft.Compute/galleries/images/versions/delete",
      "Microsoft.Compute/galleries/images/versions/write",
      "Microsoft.Compute/galleries/share/action",
      "Microsoft.Compute/galleries/write",
      "Microsoft.Compute/images/delete",
      "Microsoft.Compute/images/write",
      "Microsoft.Compute/virtualMachines/capture/action",
    ]
    registries = [
      "Microsoft.ContainerRegistry/registries/buildImage/action",
      "Microsoft.ContainerRegistry/registries/delete",
      "Microsoft.ContainerRegistry/registries/generateCredentials/action",
      "Microsoft.ContainerRegistry/registries/importImage/action",
      "Microsoft.ContainerRegistry/registries/listCredentials/action",
      "Microsoft.ContainerRegistry/registries/queueBuild/action",
      "Microsoft.ContainerRegistry/registries/regenerateCredential/action",
      "Microsoft.ContainerRegistry/registries/scheduleRun/action",
      "Microsoft.ContainerRegistry/registries/taskRuns/write",
      "Microsoft.ContainerRegistry/registries/write",
    ]
    parts = [
      for pair in setproduct(
        ["cacheRules", "connectedRegistries", "credentialSets", "exportPipelines", "importPipelines", "pipelineRuns", "replications", "scopeMaps", "tasks", "tokens", "webhooks"],
        ["delete", "write"],
      ) : "Microsoft.ContainerRegistry/registries/${pair[0]}/${pair[1]}"
    ]
    workloads = [
      "Microsoft.App/containerApps/write",
      "Microsoft.App/jobs/write",
      "Microsoft.Compute/virtualMachines/write",
      "Microsoft.Compute/virtualMachineScaleSets/write",
      "Microsoft.ContainerInstance/containerGroups/write",
    ]
    eyes = [
      "Microsoft.EventGrid/eventSubscriptions/delete",
      "Microsoft.EventGrid/systemTopics/delete",
      "Microsoft.EventGrid/systemTopics/eventSubscriptions/delete",
      "Microsoft.EventHub/namespaces/delete",
      "Microsoft.EventHub/namespaces/eventhubs/delete",
      "Microsoft.Insights/activityLogAlerts/delete",
      "Microsoft.Insights/activityLogAlerts/write",
      "Microsoft.Insights/diagnosticSettings/delete",
      "Microsoft.Insights/diagnosticSettings/write",
      "Microsoft.Security/pricings/write",
    ]
  }

  action_group = "/subscriptions/${local.subscription}/resourceGroups/${var.name}/providers/Microsoft.Insights/actionGroups/${var.name}"
}

resource "azurerm_monitor_action_group" "hub" {
  name                = var.name
  resource_group_name = azurerm_resource_group.this.name
  short_name          = "tidewaiter"
  tags                = local.tags

  webhook_receiver {
    name                    = "hub"
    service_uri             = var.webhook
    use_common_alert_schema = true
  }
}

# A template, as azurerm_monitor_activity_log_alert takes one operation for each alert, and a
# subscription a hundred alerts.
resource "azurerm_resource_group_template_deployment" "alerts" {
  name                = "${var.name}-alerts"
  resource_group_name = azurerm_resource_group.this.name
  deployment_mode     = "Incremental"
  tags                = local.tags

  template_content = jsonencode({
    "$schema"      = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    contentVersion = "1.0.0.0"
    resources = [
      for about, operations in local.operations : {
        type       = "Microsoft.Insights/activityLogAlerts"
        apiVersion = "2020-10-01"
        name       = "${var.name}-${about}"
        location   = "Global"
        tags       = local.tags
        properties = {
          description = "Sends what happens to ${about} to Tidewaiter."
          enabled     = true
          scopes      = ["/subscriptions/${local.subscription}"]
          condition = {
            allOf = [
              { field = "category", equals = "Administrative" },
              { field = "operationName", containsAny = operations },
            ]
          }
          actions = { actionGroups = [{ actionGroupId = local.action_group }] }
        }
      }
    ]
  })

  depends_on = [azurerm_monitor_action_group.hub]
}
