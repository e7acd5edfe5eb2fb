# Where the hub is, and what its parts are called there.
#
# Policies name parts by these ARNs, so that a plan shows them in full before anything exists.

data "aws_caller_identity" "here" {}

data "aws_partition" "here" {}

data "aws_region" "here" {}

locals {
  # A plan that has no account to ask, as in the tests, knows none of the three.
  account   = coalesce(data.aws_caller_identity.here.account_id, "000000000000")
  partition = coalesce(data.aws_partition.here.partition, "aws")
  region    = coalesce(data.aws_region.here.region, "us-east-1")

  tags = merge({ Application = var.name }, var.tags)

  arns = {
    failures  = "arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}-failures"
    queues    = { for name in keys(local.queues) : name => "arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}-${name}" }
    table     = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${var.name}"
    topics    = { for name in keys(local.topics) : name => "arn:${local.partition}:sns:${local.region}:${local.account}:${var.name}-${name}" }
    buckets   = { for name in keys(local.buckets) : name => "arn:${local.partition}:s3:::${local.buckets[name].bucket}" }
    functions = { for name in keys(local.functions) : name => "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}-${name}" }
    logs      = { for name in keys(local.functions) : name => "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${var.name}-${name}" }
    rules     = { for key, rule in local.rules : key => "arn:${local.partition}:events:${local.region}:${local.account}:rule/${rule.bus == "default" ? "" : "${rule.bus}/"}${var.name}-${rule.name}" }
  }
}
