# Wrong variables are refused, each by its own validation.

mock_provider "azurerm" {}

variables {
  location = "westeurope"
  mail     = ["security@example.com"]
  package  = "main.tf" # any file will do
}

run "defaults_are_enough" {
  command = plan

  assert {
    condition     = length(azurerm_email_communication_service_domain.managed) == 1
    error_message = "Without a domain of one's own, Azure's should be taken."
  }

  assert {
    condition     = !contains(local.read_in_registries, "Microsoft.ContainerRegistry/registries/repositories/content/read")
    error_message = "Without its switch nobody should read images."
  }
}

run "a_name_that_no_storage_may_have_is_refused" {
  command = plan
  variables { name = "Tide_Waiter" }
  expect_failures = [var.name]
}

run "a_region_as_people_write_it_is_refused" {
  command = plan
  variables { location = "West Europe" }
  expect_failures = [var.location]
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

run "more_addresses_than_a_mail_may_have_are_refused" {
  command = plan
  variables { mail = [for number in range(51) : "person${number}@example.com"] }
  expect_failures = [var.mail]
}

run "a_domain_that_is_no_id_is_refused" {
  command = plan
  variables { mail_domain = "alerts.example.com" }
  expect_failures = [var.mail_domain]
}

run "a_package_that_is_not_there_is_refused" {
  command = plan
  variables { package = "nowhere.zip" }
  expect_failures = [var.package]
}

run "a_network_that_storage_cannot_name_is_refused" {
  command = plan
  variables { reach = ["203.0.113.9/32"] }
  expect_failures = [var.reach]
}

run "a_subscription_by_its_path_is_refused" {
  command = plan
  variables { subscriptions = ["/subscriptions/11111111-2222-4333-8444-555555555555"] }
  expect_failures = [var.subscriptions]
}

run "a_retention_that_log_analytics_lacks_is_refused" {
  command = plan
  variables { log_retention_days = 7 }
  expect_failures = [var.log_retention_days]
}

run "two_days_of_silence_are_refused" {
  command = plan
  variables { quiet_hours_alarm = 48 }
  expect_failures = [var.quiet_hours_alarm]
}

run "a_few_instances_are_refused" {
  command = plan
  variables { maximum_concurrency = 10 }
  expect_failures = [var.maximum_concurrency]
}
