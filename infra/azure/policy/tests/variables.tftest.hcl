# Wrong variables are refused, and policies stand where they were asked for.

mock_provider "azurerm" {}

variables {
  hub = {
    location           = "westeurope"
    event_hub          = "logs"
    authorization_rule = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/tidewaiter/providers/Microsoft.EventHub/namespaces/tidewaiter/authorizationRules/diagnostics"
  }
}

run "a_subscription_alone" {
  command = plan

  assert {
    condition     = length(azurerm_subscription_policy_assignment.this) == 2 && length(azurerm_management_group_policy_assignment.this) == 0
    error_message = "Registries and clusters should be assigned to the subscription."
  }
}

run "a_management_group" {
  command = plan
  variables { management_group = "/providers/Microsoft.Management/managementGroups/shop" }

  assert {
    condition     = length(azurerm_subscription_policy_assignment.this) == 0 && length(azurerm_management_group_policy_assignment.this) == 2
    error_message = "Registries and clusters should be assigned to the group."
  }

  assert {
    condition     = alltrue([for name, role in azurerm_role_assignment.this : endswith(name, "-keys") || role.scope == "/providers/Microsoft.Management/managementGroups/shop"])
    error_message = "The policies should work in all of the group."
  }
}

run "a_group_by_its_name_is_refused" {
  command = plan
  variables { management_group = "shop" }
  expect_failures = [var.management_group]
}

run "a_name_too_long_for_an_assignment_is_refused" {
  command = plan
  variables { name = "tidewaiter-of-the-whole-company" }
  expect_failures = [var.name]
}
