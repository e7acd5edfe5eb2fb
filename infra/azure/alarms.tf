# What is wrong with Tidewaiter itself, told by mails of Azure's own.

locals {
  # A part of a URI is found by `contains`; `has` finds words, and a slash is in none.
  # https://learn.microsoft.com/kusto/query/datatypes-string-operators

  # Each function writes its metrics as one line of JSON, which the queries read.
  metrics = "AppTraces | where Message startswith '{\"tidewaiter\":' | extend told = parse_json(Message).tidewaiter"

  # What Application Insights takes for an error of a function.
  failed = "AppRequests | where Success == false"

  alarms = merge(
    {
      failures = {
        description = "Something failed too often and lies in the queue retry-poison: look at it, mend the cause, and move the message back."
        query       = "StorageQueueLogs | where OperationName == 'PutMessage' and Uri contains '/retry-poison/'"
      }
      undelivered = {
        description = "Event Grid could not deliver what a registry told; it lies in the container undelivered."
        query       = "StorageBlobLogs | where OperationName in ('PutBlob', 'PutBlockList') and Uri contains '/undelivered/'"
      }
      # Silence, too, has to be a row.
      quiet = {
        description = "No record arrived for ${var.quiet_hours_alarm} hours: are the diagnostic settings, the alerts and the forwarders there?"
        query       = "${local.metrics} | where TimeGenerated > ago(${var.quiet_hours_alarm}h) | summarize records = sum(tolong(told.Records)) | where coalesce(records, long(0)) == 0"
        every       = "PT30M"
        window      = "P1D"
      }
      stopped = {
        description = "The function tick has not run for an hour: does the app run at all?"
        query       = "AppRequests | where Name == 'tick' | summarize runs = count() | where runs == 0"
        every       = "PT15M"
        window      = "PT1H"
      }
      errors = {
        description = "A function failed: its log in the workspace ${var.name} says why."
        query       = local.failed
      }
    },
    {
      for name, alarm in {
        quarantined      = { metric = "Quarantined", description = "Records could not be read; they lie whole in the container quarantine." }
        settings-refused = { metric = "SettingsRefused", description = "tidewaiter.toml has an error, and the last good one still rules: the log says which." }
        bugs             = { metric = "Bugs", description = "Code of ours failed; the other detectors still run, and the log says where." }
        given-up         = { metric = "GivenUp", description = "A record was tried for a day, and given up; it lies in the container retry." }
        refused          = { metric = "Refused", description = "Somebody with the key sent more than an alert can be." }
      } :
      name => { description = alarm.description, query = "${local.metrics} | where tolong(told.${alarm.metric}) > 0" }
    },
  )
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "this" {
  for_each = local.alarms

  name                    = "${var.name}-${each.key}"
  resource_group_name     = azurerm_resource_group.this.name
  location                = azurerm_resource_group.this.location
  scopes                  = [local.ids.workspace]
  description             = each.value.description
  severity                = 1
  evaluation_frequency    = try(each.value.every, "PT5M")
  window_duration         = try(each.value.window, "PT15M") # logs come late
  auto_mitigation_enabled = true
  skip_query_validation   = true # a table is there once something was written to it
  tags                    = local.tags

  criteria {
    query                   = each.value.query
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }

  action {
    action_groups = [azurerm_monitor_action_group.mail.id]
  }

  depends_on = [azurerm_log_analytics_workspace.this]
}
