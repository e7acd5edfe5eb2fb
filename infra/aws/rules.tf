# What EventBridge lets through to the queue.

module "patterns" {
  source = "./patterns"
}

locals {
  # The account's own events come by the default bus, those of forwarders by ours.
  rules = {
    for pair in setproduct(["default", var.name], keys(module.patterns.rules)) :
    "${pair[0]}/${pair[1]}" => merge(module.patterns.rules[pair[1]], { bus = pair[0], name = pair[1] })
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name           = "${var.name}-${each.value.name}"
  description    = "What Tidewaiter reads: ${each.value.name}."
  event_bus_name = each.value.bus
  event_pattern  = each.value.pattern
  state          = each.value.state
  tags           = local.tags

  depends_on = [aws_cloudwatch_event_bus.hub]
}

resource "aws_cloudwatch_event_target" "queue" {
  for_each = local.rules

  rule           = aws_cloudwatch_event_rule.this[each.key].name
  event_bus_name = each.value.bus
  target_id      = "queue"
  arn            = aws_sqs_queue.this["events"].arn

  dead_letter_config {
    arn = aws_sqs_queue.failures.arn
  }
}
