# The functions: three handlers of one package.

locals {
  functions = {
    worker = {
      description = "Judges what arrives, and tells incidents."
      memory      = 1024 # MB; the processor grows with it
      timeout     = 60   # seconds
    }
    tick = {
      description = "Tells what waited for its actor, and sends the digest."
      memory      = 512
      timeout     = 240 # less than the time between two
    }
    inventory = {
      description = "Lists repositories, images and what runs, into the memory."
      memory      = 1024
      timeout     = 900
    }
  }

  environment = {
    LOG_LEVEL                    = "INFO"
    POWERTOOLS_METRICS_NAMESPACE = local.metrics
    POWERTOOLS_SERVICE_NAME      = var.name
    TIDEWAITER_INCIDENT_TOPIC    = local.arns.topics["incidents"]
    TIDEWAITER_INVENTORY_ROLE    = aws_iam_role.function["inventory"].arn
    TIDEWAITER_MAIL_TOPIC        = local.arns.topics["mail"]
    TIDEWAITER_MEMORY            = "dynamodb://${aws_dynamodb_table.memory.name}"
    TIDEWAITER_QUARANTINE        = local.buckets["quarantine"].bucket
    TIDEWAITER_READ_MANIFESTS    = var.read_manifests ? "on" : "off"
    TIDEWAITER_SECURITY_HUB      = var.security_hub ? "on" : "off"
    TIDEWAITER_SETTINGS          = "s3://${local.buckets["settings"].bucket}/${local.settings_key}"
  }
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name    = "${var.name}-${each.key}"
  description      = each.value.description
  role             = aws_iam_role.function[each.key].arn
  handler          = "handler.${each.key}"
  runtime          = "python3.14"
  architectures    = [var.architecture]
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  memory_size      = each.value.memory
  timeout          = each.value.timeout
  tags             = local.tags

  environment {
    variables = local.environment
  }

  # Powertools writes its own JSON, and metrics among it.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  # Without its permissions the first invocations would fail.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
  tags              = local.tags
}

# Schedules and log subscriptions invoke without waiting: what fails three times goes to the failures.
resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = local.functions

  function_name                = aws_lambda_function.this[each.key].function_name
  maximum_event_age_in_seconds = 21600
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }
}
