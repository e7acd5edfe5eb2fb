# What arrives waits here, and what failed too often is kept there.

locals {
  # Delivery files are big and come in heaps: in a queue of their own they delay no alert.
  queues = merge(
    { events = { batch = 50, window = 2, concurrency = var.maximum_concurrency } },
    var.cloudtrail_bucket == null ? {} : { deliveries = { batch = 1, window = 0, concurrency = 2 } },
  )

  senders = {
    events = {
      Sid       = "Rules"
      Principal = { Service = "events.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = values(local.arns.rules) } }
    }

    deliveries = {
      Sid       = "Bucket"
      Principal = { Service = "s3.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = [local.trail_bucket_arn] }
        StringEquals = { "aws:SourceAccount" = local.account } # a bucket's ARN does not say whose it is
      }
    }
  }

  fortnight = 1209600 # seconds; the longest that SQS keeps anything
}

resource "aws_sqs_queue" "this" {
  for_each = local.queues

  name                      = "${var.name}-${each.key}"
  kms_master_key_id         = aws_kms_key.this.arn
  message_retention_seconds = local.fortnight
  tags                      = local.tags

  # AWS asks for six times the function's timeout, and the batch window.
  visibility_timeout_seconds = 6 * local.functions["worker"].timeout + each.value.window

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failures.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "failures" {
  name                      = "${var.name}-failures"
  kms_master_key_id         = aws_kms_key.this.arn
  message_retention_seconds = local.fortnight
  tags                      = local.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "failures" {
  queue_url = aws_sqs_queue.failures.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = values(local.arns.queues)
  })
}

resource "aws_sqs_queue_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.this[each.key].id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge({ Effect = "Allow", Action = "sqs:SendMessage", Resource = local.arns.queues[each.key] }, local.senders[each.key])]
  })
}

resource "aws_sqs_queue_policy" "failures" {
  queue_url = aws_sqs_queue.failures.id

  # What EventBridge could not put into the queue; the functions and schedules have roles of their own.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Rules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = local.arns.failures
      Condition = { ArnEquals = { "aws:SourceArn" = values(local.arns.rules) } }
    }]
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = local.queues

  event_source_arn                   = aws_sqs_queue.this[each.key].arn
  function_name                      = aws_lambda_function.this["worker"].arn
  batch_size                         = each.value.batch
  maximum_batching_window_in_seconds = each.value.window
  function_response_types            = ["ReportBatchItemFailures"]
  tags                               = local.tags

  scaling_config {
    maximum_concurrency = each.value.concurrency
  }
}
