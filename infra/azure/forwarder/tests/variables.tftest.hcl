# Wrong variables are refused, and what is heard is what was named.

mock_provider "azurerm" {
  mock_data "azurerm_client_config" {
    defaults = { subscription_id = "22222222-3333-4444-8555-666666666666" }
  }

  mock_data "azurerm_container_registry" {
    defaults = { location = "westeurope" }
  }
}

variables {
  webhook = "https://tidewaiter.example.com/api/activity-log?code=example"

  hub = {
    location           = "westeurope"
    event_hub          = "logs"
    authorization_rule = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/tidewaiter/providers/Microsoft.EventHub/namespaces/tidewaiter/authorizationRules/diagnostics"
    function           = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/tidewaiter/providers/Microsoft.Web/sites/tidewaiter/functions/event_grid"
    storage            = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/tidewaiter/providers/Microsoft.Storage/storageAccounts/tidewaiterlost"
    undelivered        = "undelivered"
  }

  registries = ["/subscriptions/22222222-3333-4444-8555-666666666666/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shop"]
}

run "a_registry_is_heard_twice" {
  command = plan

  assert {
    condition     = toset(flatten([for name, setting in azurerm_monitor_diagnostic_setting.this : [for log in setting.enabled_log : log.category]])) == toset(["Administrative", "ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"])
    error_message = "The subscription's log and both of the registry's should be sent."
  }

  assert {
    condition     = alltrue([for subscription in azurerm_eventgrid_system_topic_event_subscription.registry : one(subscription.dead_letter_identity).type == "SystemAssigned" && one(subscription.storage_blob_dead_letter_destination).storage_blob_container_name == "undelivered"])
    error_message = "What cannot be delivered should be kept."
  }
}

run "a_registry_elsewhere_is_told_of" {
  command = plan

  override_data {
    target = data.azurerm_container_registry.this
    values = { location = "eastus" }
  }

  expect_failures = [check.registries_are_heard]
}

run "a_registry_by_its_name_is_refused" {
  command = plan
  variables { registries = ["shop"] }
  expect_failures = [var.registries]
}

run "a_cluster_by_its_name_is_refused" {
  command = plan
  variables { clusters = ["shop"] }
  expect_failures = [var.clusters]
}

run "a_name_that_is_none_is_refused" {
  command = plan
  variables { name = "Tide Waiter" }
  expect_failures = [var.name]
}
