# The function app: all functions of one package, which the package itself declares.

locals {
  app_settings = {
    # Host and functions are one identity; there are no keys.
    AzureWebJobsStorage__accountName = local.accounts["host"]
    AzureWebJobsStorage__clientId    = local.client
    AzureWebJobsStorage__credential  = "managedidentity"

    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "Authorization=AAD;ClientId=${local.client}"
    APPLICATIONINSIGHTS_CONNECTION_STRING     = "[reference('${local.ids.insights}', '2020-02-02').ConnectionString]" # ARM asks for it
    AZURE_CLIENT_ID                           = local.client
    AZURE_TOKEN_CREDENTIALS                   = "ManagedIdentityCredential"

    TIDEWAITER_EVENTS__clientId                = local.client
    TIDEWAITER_EVENTS__credential              = "managedidentity"
    TIDEWAITER_EVENTS__fullyQualifiedNamespace = "${local.unique}.servicebus.windows.net"
    TIDEWAITER_EVENT_HUB                       = local.event_hub
    TIDEWAITER_INCIDENT_TOPIC                  = "https://${local.unique}.${var.location}-1.eventgrid.azure.net/api/events"
    TIDEWAITER_MAIL_ENDPOINT                   = "https://${local.mail_host}"
    TIDEWAITER_MAIL_FROM                       = "DoNotReply@${local.mail_sender}"
    TIDEWAITER_MAIL_TO                         = join(",", var.mail)
    TIDEWAITER_MEMORY                          = "aztables://${local.accounts["data"]}/${local.table}"
    TIDEWAITER_OUTBOX                          = "outbox"
    TIDEWAITER_QUARANTINE                      = "quarantine"
    TIDEWAITER_READ_MANIFESTS                  = var.read_manifests ? "on" : "off"
    TIDEWAITER_RETRY                           = "retry"
    TIDEWAITER_SETTINGS                        = "blob://settings/${local.settings_name}"
    TIDEWAITER_STORAGE__blobServiceUri         = "https://${local.accounts["data"]}.blob.core.windows.net"
    TIDEWAITER_STORAGE__clientId               = local.client
    TIDEWAITER_STORAGE__credential             = "managedidentity"
    TIDEWAITER_STORAGE__queueServiceUri        = "https://${local.accounts["data"]}.queue.core.windows.net"
    TIDEWAITER_SUBSCRIPTIONS                   = join(",", sort(local.listed))

    # A new package restarts the app, which takes it then; nobody reads this.
    TIDEWAITER_PACKAGE = filesha256(var.package)
  }

  # Who may call it: alerts and Event Grid, with a key besides, and you.
  callers = concat(
    [for tag in ["ActionGroup", "AzureEventGrid"] : { name = tag, ipAddress = tag, tag = "ServiceTag" }],
    [for address in sort(var.reach) : { name = address, ipAddress = strcontains(address, "/") ? address : "${address}/32", tag = "Default" }],
  )

  site = {
    type       = "Microsoft.Web/sites"
    apiVersion = "2024-04-01"
    name       = local.unique
    location   = var.location
    kind       = "functionapp,linux"
    tags       = local.tags
    identity   = { type = "UserAssigned", userAssignedIdentities = { (local.ids.identity) = {} } }

    properties = {
      serverFarmId           = local.ids.plan
      httpsOnly              = true
      virtualNetworkSubnetId = local.ids.subnet

      functionAppConfig = {
        deployment = {
          storage = {
            type           = "blobContainer"
            value          = "https://${local.accounts["host"]}.blob.core.windows.net/packages"
            authentication = { type = "UserAssignedIdentity", userAssignedIdentityResourceId = local.ids.identity }
          }
        }
        runtime             = { name = "python", version = "3.13" } # as the package was built
        scaleAndConcurrency = { maximumInstanceCount = var.maximum_concurrency, instanceMemoryMB = 2048 }
      }

      siteConfig = {
        appSettings                         = [for name, value in local.app_settings : { name = name, value = value }]
        minTlsVersion                       = "1.2"
        scmMinTlsVersion                    = "1.2"
        scmIpSecurityRestrictionsUseMain    = true
        ipSecurityRestrictionsDefaultAction = "Deny"
        ipSecurityRestrictions              = [for number, caller in local.callers : merge(caller, { action = "Allow", priority = 100 + number })]
      }
    }
  }

  # Nobody deploys with one.
  passwords = [
    for way in ["ftp", "scm"] : {
      type       = "Microsoft.Web/sites/basicPublishingCredentialsPolicies"
      apiVersion = "2024-04-01"
      name       = "${local.unique}/${way}"
      properties = { allow = false }
      dependsOn  = [local.ids.app]
    }
  ]
}

resource "azurerm_service_plan" "this" {
  name                = var.name
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  os_type             = "Linux"
  sku_name            = "FC1" # Flex Consumption
  tags                = local.tags
}

# A template, as azurerm_function_app_flex_consumption writes AzureWebJobsStorage with an empty key
# into every app, which the host takes for the whole truth: with identities alone none of the
# triggers starts.  https://github.com/hashicorp/terraform-provider-azurerm/issues/29693
resource "azurerm_resource_group_template_deployment" "app" {
  name                = "${var.name}-app"
  resource_group_name = azurerm_resource_group.this.name
  deployment_mode     = "Incremental"
  tags                = local.tags

  template_content = jsonencode({
    "$schema"      = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    contentVersion = "1.0.0.0"
    resources      = concat([local.site], local.passwords)
  })

  # Without its permissions the app could not even start, and without its package has no functions.
  depends_on = [
    azurerm_application_insights.this,
    azurerm_role_assignment.this,
    azurerm_service_plan.this,
    azurerm_storage_blob.package,
    azurerm_subnet.functions,
  ]
}

# Asked by the command line of whoever applies this; it answers once the host runs.
data "azurerm_function_app_host_keys" "this" {
  name                = local.unique
  resource_group_name = azurerm_resource_group.this.name

  depends_on = [azurerm_resource_group_template_deployment.app]
}
