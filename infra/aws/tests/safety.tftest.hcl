# What keeps the hub safe, as it would be created: encryption, queues for failures, narrow doors.

mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  mail              = ["security@example.com"]
  package           = "main.tf" # any file will do
  organization      = "o-exampleorg1"
  cloudtrail_bucket = "example-trail"
  log_groups        = ["/aws/eks/shop/cluster"]
}

run "everything_that_lies_somewhere_is_encrypted" {
  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.this), [aws_sqs_queue.failures]) : queue.kms_master_key_id == aws_kms_key.this.arn])
    error_message = "Every queue should have our key."
  }

  assert {
    condition     = alltrue([for topic in aws_sns_topic.this : topic.kms_master_key_id == aws_kms_key.this.arn])
    error_message = "Every topic should have our key."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.kms_key_id == aws_kms_key.this.arn])
    error_message = "Every log group should have our key."
  }

  assert {
    condition     = aws_dynamodb_table.memory.server_side_encryption[0].kms_key_arn == aws_kms_key.this.arn
    error_message = "The table should have our key."
  }

  assert {
    condition = alltrue([
      for bucket in aws_s3_bucket_server_side_encryption_configuration.this :
      one(one(bucket.rule).apply_server_side_encryption_by_default).kms_master_key_id == aws_kms_key.this.arn
    ])
    error_message = "Every bucket should have our key."
  }

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key should be rotated."
  }
}

run "nothing_that_fails_is_lost" {
  assert {
    condition     = alltrue([for queue in aws_sqs_queue.this : jsondecode(queue.redrive_policy).deadLetterTargetArn == aws_sqs_queue.failures.arn])
    error_message = "What a worker cannot take should go to the failures."
  }

  assert {
    condition     = alltrue([for config in aws_lambda_function_event_invoke_config.this : config.destination_config[0].on_failure[0].destination == aws_sqs_queue.failures.arn])
    error_message = "What fails without anybody waiting for it should go to the failures."
  }

  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.queue : target.dead_letter_config[0].arn == aws_sqs_queue.failures.arn])
    error_message = "What a rule cannot deliver should go to the failures."
  }

  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : schedule.target[0].dead_letter_config[0].arn == aws_sqs_queue.failures.arn])
    error_message = "What a schedule cannot start should go to the failures."
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.this : contains(mapping.function_response_types, "ReportBatchItemFailures")])
    error_message = "One bad record should not bring back a whole batch."
  }

  assert {
    condition     = alltrue([for name, queue in aws_sqs_queue.this : queue.visibility_timeout_seconds >= 6 * aws_lambda_function.this["worker"].timeout + aws_lambda_event_source_mapping.this[name].maximum_batching_window_in_seconds])
    error_message = "A record should stay hidden for six times the worker's timeout."
  }

  assert {
    condition     = aws_dynamodb_table.memory.point_in_time_recovery[0].enabled && aws_dynamodb_table.memory.deletion_protection_enabled
    error_message = "The memory should be hard to lose."
  }
}

run "mail_comes_within_a_minute" {
  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.this : mapping.maximum_batching_window_in_seconds <= 5])
    error_message = "No record should wait for company."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["events"].scaling_config[0].maximum_concurrency == 10
    error_message = "The number of workers should be bounded."
  }
}

run "the_table_is_as_the_memory_needs_it" {
  assert {
    condition     = aws_dynamodb_table.memory.hash_key == "topic" && aws_dynamodb_table.memory.range_key == "order"
    error_message = "The key should be topic and order."
  }

  assert {
    condition     = aws_dynamodb_table.memory.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.memory.ttl[0].attribute_name == "expires"
    error_message = "The table should be paid by use, and forget by the attribute expires."
  }
}

run "buckets_are_closed" {
  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "No bucket should ever be public."
  }
}

run "only_our_organisation_may_send" {
  assert {
    condition     = jsondecode(aws_cloudwatch_event_bus_policy.organization[0].policy).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-exampleorg1"
    error_message = "The bus should be open to the organisation alone."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_event_bus_policy.organization[0].policy).Statement) == 1
    error_message = "The bus should have no other door."
  }
}

run "alarms_reach_the_people" {
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([aws_sns_topic.this["mail"].arn])])
    error_message = "Every alarm should be mailed."
  }

  assert {
    condition     = length(setsubtract(["failures", "quiet", "old-events", "old-deliveries", "worker-errors", "worker-throttles", "tick-errors", "inventory-errors", "settings-refused", "quarantined", "bugs"], keys(aws_cloudwatch_metric_alarm.this))) == 0
    error_message = "An alarm is missing."
  }

  assert {
    condition     = keys(aws_sns_topic_subscription.mail) == ["security@example.com"]
    error_message = "Everybody named should be subscribed."
  }
}

run "a_record_that_is_handed_back_twice_is_told_and_once_is_not" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["old-events"].threshold > aws_sqs_queue.this["events"].visibility_timeout_seconds + aws_lambda_function.this["worker"].timeout
    error_message = "Two workers that meet at one incident are no trouble: one hands its record back."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["old-events"].threshold < 2 * aws_sqs_queue.this["events"].visibility_timeout_seconds
    error_message = "A record that was received three times no longer counts as old: the alarm has to come before."
  }
}

run "clusters_send_what_starts_images" {
  assert {
    condition     = strcontains(aws_cloudwatch_log_subscription_filter.this["/aws/eks/shop/cluster"].filter_pattern, "subresource NOT EXISTS") && length(aws_cloudwatch_log_subscription_filter.this["/aws/eks/shop/cluster"].filter_pattern) <= 1024
    error_message = "The audit log should be narrowed, by a filter of at most 1024 characters."
  }
}

run "nobody_may_do_everything" {
  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.function), [aws_iam_role_policy.schedule]) : [
        for statement in jsondecode(policy.policy).Statement : [for action in flatten([statement.Action]) : !strcontains(action, "*")]
      ]
    ]))
    error_message = "Every action should be written out."
  }

  assert {
    condition = toset(flatten([
      for policy in concat(values(aws_iam_role_policy.function), [aws_iam_role_policy.schedule]) : [
        for statement in jsondecode(policy.policy).Statement : statement.Sid if contains(flatten([statement.Resource]), "*")
      ]
    ])) == toset(["ListWhatHasNoArn"])
    error_message = "Only what has no ARN should be allowed for everything."
  }

  assert {
    condition     = alltrue(flatten([for statement in jsondecode(aws_kms_key.this.policy).Statement : [for action in flatten([statement.Action]) : !strcontains(action, "*")]]))
    error_message = "The key's policy should write its actions out, too."
  }
}
