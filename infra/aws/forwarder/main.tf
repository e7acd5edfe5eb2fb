# From the default buses of one account to the hub's bus: the hub's own patterns, region by region.

data "aws_caller_identity" "here" {}

data "aws_partition" "here" {}

module "patterns" {
  source = "../patterns"
}

locals {
  # A plan that has no account to ask, as in the tests, knows neither.
  account   = coalesce(data.aws_caller_identity.here.account_id, "000000000000")
  partition = coalesce(data.aws_partition.here.partition, "aws")

  tags = merge({ Application = var.name }, var.tags)

  rules = {
    for pair in setproduct(var.regions, keys(module.patterns.rules)) :
    "${pair[0]}/${pair[1]}" => merge(module.patterns.rules[pair[1]], { region = pair[0], name = pair[1] })
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  region        = each.value.region
  name          = "${var.name}-${each.value.name}"
  description   = "What Tidewaiter reads: ${each.value.name}."
  event_pattern = each.value.pattern
  state         = each.value.state
  tags          = local.tags
}

resource "aws_cloudwatch_event_target" "hub" {
  for_each = local.rules

  region    = each.value.region
  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "hub"
  arn       = var.bus
  role_arn  = aws_iam_role.forwarder.arn
}

resource "aws_iam_role" "forwarder" {
  name = "${var.name}-forwarder"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { ArnLike = { "aws:SourceArn" = "arn:${local.partition}:events:*:${local.account}:rule/${var.name}-*" } }
    }]
  })
}

resource "aws_iam_role_policy" "forwarder" {
  name = "what-it-needs"
  role = aws_iam_role.forwarder.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Forward"
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = var.bus
    }]
  })
}
