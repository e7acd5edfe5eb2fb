# What else may be read: delivery files of CloudTrail, and log groups.

locals {
  trail_bucket_arn = "arn:${local.partition}:s3:::${coalesce(var.cloudtrail_bucket, "none")}"

  # Of a cluster's audit log only what may start an image is of interest, and not the state that
  # every node reports of every pod, over and over.
  kinds = ["cronjobs", "daemonsets", "deployments", "jobs", "pods", "replicasets", "replicationcontrollers", "statefulsets"]
  starts = join(" && ", [
    "(${join(" || ", [for verb in ["create", "patch", "update"] : "($.verb = \"${verb}\")"])})",
    "(${join(" || ", [for kind in local.kinds : "($.objectRef.resource = \"${kind}\")"])})",
    "(($.objectRef.subresource NOT EXISTS) || ($.objectRef.subresource = \"ephemeralcontainers\"))",
  ])

  log_filters = {
    for group in var.log_groups : group => can(regex("^/aws/eks/[^/]+/cluster$", group)) ? "{ ${local.starts} }" : ""
  }
}

# A bucket has one notification configuration: this one takes the place of any other.
resource "aws_s3_bucket_notification" "deliveries" {
  count = var.cloudtrail_bucket == null ? 0 : 1

  bucket = var.cloudtrail_bucket

  queue {
    id            = var.name
    queue_arn     = aws_sqs_queue.this["deliveries"].arn
    events        = ["s3:ObjectCreated:*"]
    filter_suffix = ".json.gz" # digests of CloudTrail have it, too, and are told apart when read
  }

  depends_on = [aws_sqs_queue_policy.this]
}

resource "aws_lambda_permission" "logs" {
  for_each = var.log_groups

  statement_id   = "logs-${substr(sha256(each.key), 0, 16)}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this["worker"].function_name
  principal      = "logs.amazonaws.com"
  source_account = local.account
  source_arn     = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${each.key}:*"
}

resource "aws_cloudwatch_log_subscription_filter" "this" {
  for_each = var.log_groups

  name            = var.name
  log_group_name  = each.key
  filter_pattern  = local.log_filters[each.key]
  destination_arn = aws_lambda_function.this["worker"].arn

  depends_on = [aws_lambda_permission.logs]
}
