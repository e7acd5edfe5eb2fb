# A forwarder stands in every region that is named, and refuses what leads nowhere.

mock_provider "aws" {}

variables {
  bus     = "arn:aws:events:eu-west-1:111122223333:event-bus/tidewaiter"
  regions = ["eu-west-1", "us-east-1"]
}

run "every_region_has_every_rule" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_event_rule.this) == 2 * length(module.patterns.rules)
    error_message = "Both regions should have all rules."
  }

  assert {
    condition     = alltrue([for key, rule in aws_cloudwatch_event_rule.this : startswith(key, "${rule.region}/")])
    error_message = "A rule should stand in the region that it is for."
  }

  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.hub : target.arn == var.bus])
    error_message = "Everything should go to the hub."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.forwarder.policy).Statement == [{ Sid = "Forward", Effect = "Allow", Action = ["events:PutEvents"], Resource = var.bus }]
    error_message = "The role should do nothing but send to the hub."
  }
}

run "a_queue_is_no_bus" {
  command = plan
  variables { bus = "arn:aws:sqs:eu-west-1:111122223333:tidewaiter-events" }
  expect_failures = [var.bus]
}

run "no_region_is_refused" {
  command = plan
  variables { regions = [] }
  expect_failures = [var.regions]
}

run "a_name_that_the_hub_could_not_have_is_refused" {
  command = plan
  variables { name = "T" }
  expect_failures = [var.name]
}
