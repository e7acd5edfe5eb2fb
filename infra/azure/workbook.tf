# What goes on, at a glance.

locals {
  # Each incident that is told is one line, too.
  incidents = <<-KQL
    AppTraces
    | where Message startswith '{"incident":'
    | extend told = parse_json(Message).incident
    | project Told = TimeGenerated, Severity = tostring(told.severity), Title = tostring(told.title), Why = tostring(told.kind), By = tostring(told.sink), Id = tostring(told.id)
    | order by Told desc
  KQL

  charts = {
    "Records" = ["Records", "Events", "Ignored", "Quarantined"]
    "Told"    = ["Told", "Digests"]
    "Trouble" = ["Bugs", "Unavailable", "HandedBack", "SettingsRefused", "GivenUp", "Refused"]
  }

  functions = "AppRequests | summarize Runs = count(), Failed = countif(Success == false), Milliseconds = round(avg(DurationMs)) by Function = Name | order by Function asc"
  delays    = "${local.metrics} | summarize Seconds = max(todouble(told.Delay)) by bin(TimeGenerated, 1h) | where isnotnull(Seconds)"

  span = { durationMs = 7 * 24 * 3600 * 1000 }

  queries = concat(
    [{ title = "Incidents told", query = local.incidents, shown = "table" }],
    [
      for title, names in local.charts : {
        title = title
        query = "${local.metrics} | summarize ${join(", ", [for name in names : "${name} = sum(tolong(told.${name}))"])} by bin(TimeGenerated, 1h)"
        shown = "timechart"
      }
    ],
    [
      { title = "Seconds from an act to its mail, the longest of an hour", query = local.delays, shown = "timechart" },
      { title = "Functions", query = local.functions, shown = "table" },
    ],
  )
}

resource "azurerm_application_insights_workbook" "this" {
  name                = uuidv5("url", "${local.group}/${var.name}")
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  display_name        = var.name
  source_id           = lower(local.ids.workspace)
  tags                = local.tags

  data_json = jsonencode({
    version = "Notebook/1.0"
    items = [
      for number, each in local.queries : {
        type = 3 # a query
        name = "query-${number}"
        content = {
          version       = "KqlItem/1.0"
          title         = each.title
          query         = each.query
          visualization = each.shown
          size          = 0
          timeContext   = local.span
          queryType     = 0
          resourceType  = "microsoft.operationalinsights/workspaces"
        }
      }
    ]
    fallbackResourceIds = [local.ids.workspace]
  })

  depends_on = [azurerm_log_analytics_workspace.this]
}
