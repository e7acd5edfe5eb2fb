# Wrong variables are refused, each by its own validation.

mock_provider "aws" {}

variables {
  mail    = ["security@example.com"]
  package = "main.tf" # any file will do
}

run "defaults_are_enough" {
  command = plan

  assert {
    condition     = length(aws_lambda_function.this) == 3
    error_message = "There should be a worker, a tick and an inventory."
  }

  assert {
    condition     = keys(aws_sqs_queue.this) == ["events"]
    error_message = "Without a trail's bucket there should be one queue."
  }

  assert {
    condition     = length(aws_cloudwatch_event_bus_policy.organization) == 0
    error_message = "Without an organisation nobody else should be let in."
  }
}

run "a_name_that_no_bucket_may_have_is_refused" {
  command = plan
  variables { name = "Tide_Waiter" }
  expect_failures = [var.name]
}

run "nobody_to_mail_is_refused" {
  command = plan
  variables { mail = [] }
  expect_failures = [var.mail]
}

run "what_is_no_address_is_refused" {
  command = plan
  variables { mail = ["security"] }
  expect_failures = [var.mail]
}

run "a_package_that_is_not_there_is_refused" {
  command = plan
  variables { package = "nowhere.zip" }
  expect_failures = [var.package]
}

run "an_unknown_processor_is_refused" {
  command = plan
  variables { architecture = "riscv" }
  expect_failures = [var.architecture]
}

run "a_retention_that_cloudwatch_lacks_is_refused" {
  command = plan
  variables { log_retention_days = 31 }
  expect_failures = [var.log_retention_days]
}

run "two_days_of_silence_are_refused" {
  command = plan
  variables { quiet_hours_alarm = 48 }
  expect_failures = [var.quiet_hours_alarm]
}

run "a_single_worker_is_refused" {
  command = plan
  variables { maximum_concurrency = 1 }
  expect_failures = [var.maximum_concurrency]
}

run "what_is_no_organisation_is_refused" {
  command = plan
  variables { organization = "111122223333" }
  expect_failures = [var.organization]
}
