# What happens by the clock.

locals {
  # A rate without a start date begins at once, so the first inventory follows the deployment:
  # https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
  schedules = {
    tick      = "rate(5 minutes)"
    inventory = "rate(1 hour)" # a slice; once all is listed, the others have nothing to do until the next night
  }
}

resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  name                = "${var.name}-${each.key}"
  description         = local.functions[each.key].description
  schedule_expression = each.value # there is nothing in it to encrypt

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this[each.key].arn
    role_arn = aws_iam_role.schedule.arn

    dead_letter_config {
      arn = aws_sqs_queue.failures.arn
    }

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}
