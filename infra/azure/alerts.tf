# Who is told: people by mail, machines by a topic of their own.

locals {
  managed     = var.mail_domain == null
  mail_host   = coalesce(azurerm_communication_service.this.hostname, "${local.unique}.communication.azure.com")
  mail_sender = local.managed ? coalesce(one(azurerm_email_communication_service_domain.managed[*].from_sender_domain), "unknown.azurecomm.net") : basename(var.mail_domain)
}

resource "azurerm_communication_service" "this" {
  name                = local.unique
  resource_group_name = azurerm_resource_group.this.name
  data_location       = var.mail_region
  tags                = local.tags
}

resource "azurerm_email_communication_service" "this" {
  count = local.managed ? 1 : 0

  name                = local.unique
  resource_group_name = azurerm_resource_group.this.name
  data_location       = var.mail_region
  tags                = local.tags
}

resource "azurerm_email_communication_service_domain" "managed" {
  count = local.managed ? 1 : 0

  name              = "AzureManagedDomain"
  email_service_id  = azurerm_email_communication_service.this[0].id
  domain_management = "AzureManaged"
  tags              = local.tags
}

resource "azurerm_communication_service_email_domain_association" "this" {
  communication_service_id = azurerm_communication_service.this.id
  email_service_domain_id  = local.managed ? one(azurerm_email_communication_service_domain.managed[*].id) : var.mail_domain
}

# Subscriptions filter by the type of an event, and by members of its data, such as data.severity.
resource "azurerm_eventgrid_topic" "incidents" {
  name                = local.unique
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  input_schema        = "EventGridSchema"
  local_auth_enabled  = false
  tags                = local.tags
}

# For what is wrong with Tidewaiter itself: not by its own mails.
resource "azurerm_monitor_action_group" "mail" {
  name                = "${var.name}-mail"
  resource_group_name = azurerm_resource_group.this.name
  short_name          = substr(var.name, 0, 12)
  tags                = local.tags

  dynamic "email_receiver" {
    for_each = var.mail

    content {
      name                    = email_receiver.value
      email_address           = email_receiver.value
      use_common_alert_schema = true
    }
  }
}
