# What goes on, at a glance.

locals {
  charts = {
    "Events: of this region"   = [for rule in local.rules : ["AWS/Events", "MatchedEvents", "RuleName", "${var.name}-${rule.name}"] if rule.bus == "default"]
    "Events: forwarded"        = [for rule in local.rules : ["AWS/Events", "MatchedEvents", "EventBusName", rule.bus, "RuleName", "${var.name}-${rule.name}"] if rule.bus != "default"]
    "Events: waiting, seconds" = [for name in keys(local.queues) : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "${var.name}-${name}"]]
    "Records"                  = [for metric in ["Records", "Events", "Ignored", "Quarantined"] : [local.metrics, metric, "service", var.name]]
    "Told"                     = [for metric in ["Told", "Digests"] : [local.metrics, metric, "service", var.name]]
    "Trouble"                  = [for metric in ["Bugs", "Unavailable", "HandedBack", "SettingsRefused"] : [local.metrics, metric, "service", var.name]]
    "Functions: invocations"   = [for name in keys(local.functions) : ["AWS/Lambda", "Invocations", "FunctionName", "${var.name}-${name}"]]
    "Functions: errors"        = [for name in keys(local.functions) : ["AWS/Lambda", "Errors", "FunctionName", "${var.name}-${name}"]]
    "Functions: milliseconds"  = [for name in keys(local.functions) : ["AWS/Lambda", "Duration", "FunctionName", "${var.name}-${name}"]]
    "Memory: throttled"        = [for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] : ["AWS/DynamoDB", metric, "TableName", var.name]]
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm"
        x          = 0
        y          = 0
        width      = 24
        height     = 3
        properties = { title = "Alarms", alarms = [for name in keys(local.alarms) : "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-${name}"] }
      }],
      [for number, title in keys(local.charts) : {
        type   = "metric"
        x      = 8 * (number % 3)
        y      = 3 + 6 * floor(number / 3)
        width  = 8
        height = 6
        properties = {
          title   = title
          region  = local.region
          stat    = endswith(title, "seconds") ? "Maximum" : "Sum"
          period  = 300
          metrics = local.charts[title]
        }
      }],
    )
  })
}
