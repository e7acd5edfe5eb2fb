# What is wrong with Tidewaiter itself, told by the same mail.

locals {
  metrics = "Tidewaiter"

  alarms = merge(
    {
      failures = {
        description = "Something failed too often and lies in the queue ${var.name}-failures: look at it, mend the cause, and redrive it."
        namespace   = "AWS/SQS"
        metric      = "ApproximateNumberOfMessagesVisible"
        statistic   = "Maximum"
        dimensions  = { QueueName = "${var.name}-failures" }
      }
      quarantined = {
        description = "Records could not be read; they lie whole in the bucket ${local.buckets["quarantine"].bucket}."
        metric      = "Quarantined"
      }
      settings-refused = {
        description = "tidewaiter.toml has an error, and the last good one still rules: the log of the worker says which."
        metric      = "SettingsRefused"
      }
      bugs = {
        description = "Code of ours failed; the other detectors still run, and the log of the worker says where."
        metric      = "Bugs"
      }
      # Queues tell nothing after six hours without messages, and what is missing counts as silence.
      quiet = {
        description = "No event arrived for ${var.quiet_hours_alarm} hours: are the rules enabled, the trail logging, the forwarders there?"
        namespace   = "AWS/SQS"
        metric      = "NumberOfMessagesSent"
        dimensions  = { QueueName = "${var.name}-events" }
        comparison  = "LessThanThreshold"
        threshold   = 1
        period      = 3600
        periods     = var.quiet_hours_alarm
        missing     = "breaching"
      }
    },
    # What is handed back comes again after six minutes: once is no trouble, twice is.  After the third
    # time the metric passes over it.
    {
      for name in keys(local.queues) : "old-${name}" => {
        description = "The oldest of ${var.name}-${name} waits too long: the workers are too few, throttled or failing."
        namespace   = "AWS/SQS"
        metric      = "ApproximateAgeOfOldestMessage"
        statistic   = "Maximum"
        dimensions  = { QueueName = "${var.name}-${name}" }
        threshold   = name == "events" ? 600 : 21600 # seconds
      }
    },
    {
      for pair in setproduct(["Errors", "Throttles"], keys(local.functions)) : "${pair[1]}-${lower(pair[0])}" => {
        description = "${pair[0]} of the function ${var.name}-${pair[1]}: its log says why."
        namespace   = "AWS/Lambda"
        metric      = pair[0]
        dimensions  = { FunctionName = "${var.name}-${pair[1]}" }
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = try(each.value.namespace, local.metrics)
  metric_name         = each.value.metric
  statistic           = try(each.value.statistic, "Sum")
  dimensions          = try(each.value.dimensions, { service = var.name }) # as Powertools names it
  comparison_operator = try(each.value.comparison, "GreaterThanThreshold")
  threshold           = try(each.value.threshold, 0)
  period              = try(each.value.period, 300) # seconds
  evaluation_periods  = try(each.value.periods, 1)
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [aws_sns_topic.this["mail"].arn]
  ok_actions          = [aws_sns_topic.this["mail"].arn]
  tags                = local.tags
}
