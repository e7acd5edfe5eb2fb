output "memory" {
  description = "The live memory, as in `tidewaiter coverage --memory`."
  value       = local.app_settings.TIDEWAITER_MEMORY
}

output "settings" {
  description = "Where the functions read tidewaiter.toml."
  value       = "https://${local.accounts["data"]}.blob.core.windows.net/settings/${local.settings_name}"
}

output "functions" {
  description = "Name of the function app."
  value       = local.unique
}

output "identity" {
  description = "Id of the functions' principal: who may do what in their name."
  value       = local.principal
}

output "topics" {
  description = "Ids: the action group of alarms for people, the topic of incidents (JSON) for machines."
  value       = { mail = azurerm_monitor_action_group.mail.id, incidents = local.ids.incidents }
}

output "quarantine" {
  description = "Container of the records that could not be read."
  value       = "https://${local.accounts["data"]}.blob.core.windows.net/quarantine"
}

output "failures" {
  description = "Queue of what failed too often; move its messages to the queue retry when the cause is mended."
  value       = "https://${local.accounts["data"]}.queue.core.windows.net/retry-poison"
}

output "workbook" {
  description = "Id of the workbook."
  value       = azurerm_application_insights_workbook.this.id
}

output "hub" {
  description = "What forwarders and policies have to know of the hub."

  value = {
    location           = var.location
    event_hub          = local.event_hub
    authorization_rule = local.ids.sending
    function           = "${local.ids.app}/functions/event_grid"
    storage            = local.ids.storage["lost"]
    undelivered        = "undelivered"
  }

  # Nobody shall send before there is somebody who takes it.
  depends_on = [
    azurerm_eventhub.logs,
    azurerm_eventhub_namespace_authorization_rule.diagnostics,
    data.azurerm_function_app_host_keys.this,
  ]
}

output "webhook" {
  description = "Where action groups send alerts of the Activity Log to, with the key."
  value       = "https://${local.unique}.azurewebsites.net/api/activity-log?code=${coalesce(data.azurerm_function_app_host_keys.this.default_function_key, "unknown")}"
  sensitive   = true
}
