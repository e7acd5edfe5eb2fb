# Wrong variables are refused, each by its own validation.

mock_provider "google" {}

variables {
  project = "example-shop"
  region  = "europe-west1"
  mail    = ["security@example.com"]
  package = "main.tf" # any file will do
}

run "defaults_are_enough" {
  command = plan

  assert {
    condition     = length(google_cloudfunctions2_function.this) == 3
    error_message = "There should be a worker, a tick and an inventory."
  }

  assert {
    condition     = toset(keys(google_pubsub_subscription.worker)) == toset(["events", "example-shop/cloud-builds", "example-shop/container-analysis-occurrences-v1", "example-shop/gcr"])
    error_message = "The audit logs and the project's own feeds should be read."
  }

  assert {
    condition     = length(google_logging_project_sink.this) == 1 && length(google_logging_organization_sink.this) == 0
    error_message = "Without an organisation the project's logs should be read."
  }

  assert {
    condition     = toset([for config in google_project_iam_audit_config.registry["example-shop"].audit_log_config : config.log_type]) == toset(["DATA_WRITE"])
    error_message = "Pushes should be logged, and pulls not unless it is asked for."
  }
}

run "other_projects_are_read_too" {
  command = plan

  variables {
    projects = { example-mill = { existing = ["gcr"], scanned = false } }
  }

  assert {
    condition     = toset(keys(google_logging_project_sink.this)) == toset(["example-mill", "example-shop"])
    error_message = "Each project should have a sink, our own among them."
  }

  assert {
    condition     = toset([for key, topic in google_pubsub_topic.feed : key if topic.project == "example-mill"]) == toset(["example-mill/cloud-builds"])
    error_message = "Only topics that are not there should be made."
  }

  assert {
    condition     = !contains(keys(google_pubsub_subscription.worker), "example-mill/container-analysis-occurrences-v1")
    error_message = "Nobody should wait for a scanner that is not there."
  }
}

run "an_organisation_needs_one_sink" {
  command = plan
  variables { organization = "123456789012" }

  assert {
    condition     = length(google_logging_project_sink.this) == 0 && google_logging_organization_sink.this["123456789012"].include_children
    error_message = "One sink should read all projects."
  }

  assert {
    condition     = keys(google_organization_iam_member.watched) == keys(google_organization_iam_custom_role.watched) && length(google_project_iam_member.watched) == 0
    error_message = "What is watched should be given for the organisation."
  }
}

run "a_name_that_no_account_may_have_is_refused" {
  command = plan
  variables { name = "Tide_Waiter" }
  expect_failures = [var.name]
}

run "a_number_for_a_project_is_refused" {
  command = plan
  variables { project = "123456789012" }
  expect_failures = [var.project]
}

run "a_zone_is_refused" {
  command = plan
  variables { region = "europe-west1-b" }
  expect_failures = [var.region]
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

run "a_label_in_capitals_is_refused" {
  command = plan
  variables { tags = { Team = "security" } }
  expect_failures = [var.tags]
}

run "eternal_logs_are_refused" {
  command = plan
  variables { log_retention_days = 36500 }
  expect_failures = [var.log_retention_days]
}

run "logs_shorter_than_googles_own_are_refused" {
  command = plan
  variables { log_retention_days = 7 }
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

run "a_name_of_an_organisation_is_refused" {
  command = plan
  variables { organization = "example.com" }
  expect_failures = [var.organization]
}

run "a_number_among_projects_is_refused" {
  command = plan
  variables { projects = { "123456789012" = {} } }
  expect_failures = [var.projects]
}

run "an_unknown_topic_is_refused" {
  command = plan
  variables { projects = { example-mill = { existing = ["news"] } } }
  expect_failures = [var.projects]
}

run "a_bucket_of_something_else_is_refused" {
  command = plan
  variables { legacy_buckets = ["example-shop-backups"] }
  expect_failures = [var.legacy_buckets]
}

run "a_bucket_of_a_project_that_nobody_reads_is_refused" {
  command = plan
  variables { legacy_buckets = ["artifacts.example-mill.appspot.com"] }
  expect_failures = [var.legacy_buckets]
}

run "a_bucket_of_a_project_that_is_read_is_taken" {
  command = plan

  variables {
    projects       = { example-mill = {} }
    legacy_buckets = ["artifacts.example-mill.appspot.com"]
  }

  assert {
    condition     = keys(google_project_iam_audit_config.storage) == ["example-mill"]
    error_message = "Writes should be logged in the bucket's project."
  }
}
