# What keeps the hub safe, as it would be created: encryption, identities, closed networks, nothing lost.

mock_provider "azurerm" {
  mock_data "azurerm_client_config" {
    defaults = {
      subscription_id = "11111111-2222-4333-8444-555555555555"
      object_id       = "99999999-8888-4777-8666-555555555555"
    }
  }

  mock_resource "azurerm_user_assigned_identity" {
    defaults = {
      client_id    = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
      principal_id = "ffffffff-eeee-4ddd-8ccc-bbbbbbbbbbbb"
    }
  }
}

variables {
  location       = "westeurope"
  mail           = ["security@example.com"]
  package        = "main.tf" # any file will do
  reach          = ["203.0.113.9", "198.51.100.0/24"]
  subscriptions  = ["11111111-2222-4333-8444-555555555555", "22222222-3333-4444-8555-666666666666"]
  read_manifests = true
}

run "storage_is_encrypted_and_takes_no_keys" {
  assert {
    condition     = alltrue([for account in azurerm_storage_account.this : account.infrastructure_encryption_enabled && account.https_traffic_only_enabled && account.min_tls_version == "TLS1_2"])
    error_message = "Everything should be encrypted, where it lies and on its way."
  }

  assert {
    condition     = alltrue([for account in azurerm_storage_account.this : !account.shared_access_key_enabled && !account.local_user_enabled])
    error_message = "No account should take a key."
  }

  assert {
    condition     = !azurerm_eventgrid_topic.incidents.local_auth_enabled && azurerm_application_insights.this.local_authentication_disabled && !azurerm_log_analytics_workspace.this.local_authentication_enabled
    error_message = "Topics and logs should take identities alone."
  }

  assert {
    condition     = azurerm_eventhub_namespace.this.minimum_tls_version == "1.2"
    error_message = "The Event Hub should speak TLS 1.2."
  }
}

run "networks_are_closed" {
  assert {
    condition     = alltrue([for account in azurerm_storage_account.this : one(account.network_rules).default_action == "Deny" && one(account.network_rules).ip_rules == toset(["203.0.113.9", "198.51.100.0/24"]) && one(account.network_rules).virtual_network_subnet_ids == toset([local.ids.subnet])])
    error_message = "Storage should be reached by the functions, and by whoever is named."
  }

  assert {
    condition     = alltrue([for account in azurerm_storage_account.this : !account.allow_nested_items_to_be_public]) && alltrue([for container in azurerm_storage_container.this : container.container_access_type == "private"])
    error_message = "No container should ever be public."
  }

  assert {
    condition     = one(azurerm_eventhub_namespace.this.network_rulesets).default_action == "Deny" && one(azurerm_eventhub_namespace.this.network_rulesets).trusted_service_access_enabled && length(one(azurerm_eventhub_namespace.this.network_rulesets).ip_rule) == 0
    error_message = "The Event Hub should be reached by Azure Monitor and the functions alone."
  }

  assert {
    condition     = contains(azurerm_subnet.functions.service_endpoints, "Microsoft.Storage") && contains(azurerm_subnet.functions.service_endpoints, "Microsoft.EventHub")
    error_message = "The functions should reach both from their own network."
  }
}

run "the_app_is_closed_too" {
  assert {
    condition     = local.site.properties.httpsOnly && local.site.properties.siteConfig.minTlsVersion == "1.2" && local.site.properties.siteConfig.ipSecurityRestrictionsDefaultAction == "Deny"
    error_message = "The app should speak TLS, and not with everybody."
  }

  assert {
    condition     = [for caller in local.site.properties.siteConfig.ipSecurityRestrictions : caller.ipAddress] == ["ActionGroup", "AzureEventGrid", "198.51.100.0/24", "203.0.113.9/32"]
    error_message = "Alerts, Event Grid and whoever is named should reach the app."
  }

  assert {
    condition     = toset([for policy in local.passwords : policy.properties.allow]) == toset([false])
    error_message = "Nobody should deploy with a password."
  }

  assert {
    condition     = keys(local.site.identity.userAssignedIdentities) == [local.ids.identity] && local.site.properties.functionAppConfig.deployment.storage.authentication.type == "UserAssignedIdentity"
    error_message = "The app should be one identity, by which it gets its package, too."
  }

  assert {
    condition     = !contains(keys(local.app_settings), "AzureWebJobsStorage") && length([for name, value in local.app_settings : name if can(regex("(?i)accountkey|sharedaccess|password|secret", value))]) == 0
    error_message = "No setting should hold a key."
  }
}

run "nobody_may_do_everything" {
  assert {
    condition     = alltrue([for role in azurerm_role_assignment.this : !contains(["Owner", "Contributor", "Reader", "User Access Administrator", "Storage Account Contributor"], role.role_definition_name)])
    error_message = "No role should be a broad one."
  }

  assert {
    condition     = alltrue([for role in azurerm_role_assignment.this : startswith(role.scope, "${local.group}/")])
    error_message = "Only the inventory should reach beyond what is ours."
  }

  assert {
    condition     = alltrue([for action in concat(one(azurerm_role_definition.inventory.permissions).actions, local.read_in_registries) : endswith(action, "/read") && !strcontains(action, "*")])
    error_message = "The inventory should only read, and what it reads should be written out."
  }

  assert {
    condition     = keys(azurerm_role_assignment.inventory) == ["11111111-2222-4333-8444-555555555555", "22222222-3333-4444-8555-666666666666"]
    error_message = "Every subscription that was named should be listed."
  }
}

run "nothing_that_fails_is_lost" {
  assert {
    condition     = toset(keys(azurerm_storage_queue.this)) == toset([local.app_settings.TIDEWAITER_RETRY, "${local.app_settings.TIDEWAITER_RETRY}-poison"])
    error_message = "What failed should have a queue, and one for what failed too often."
  }

  assert {
    condition     = one(azurerm_eventhub.logs.retention_description).retention_time_in_hours == 168
    error_message = "Logs should wait for a week."
  }

  assert {
    condition     = azurerm_management_lock.memory.lock_level == "CanNotDelete"
    error_message = "The memory should be hard to lose."
  }

  assert {
    condition     = one(azurerm_storage_account.this["data"].blob_properties).versioning_enabled
    error_message = "Every change of the settings should be one that can be undone."
  }
}

run "alarms_reach_the_people" {
  assert {
    condition     = alltrue([for alarm in azurerm_monitor_scheduled_query_rules_alert_v2.this : one(alarm.action).action_groups == tolist([azurerm_monitor_action_group.mail.id])])
    error_message = "Every alarm should be mailed."
  }

  assert {
    condition     = length(setsubtract(["failures", "given-up", "undelivered", "quiet", "stopped", "errors", "settings-refused", "quarantined", "bugs"], keys(azurerm_monitor_scheduled_query_rules_alert_v2.this))) == 0
    error_message = "An alarm is missing."
  }

  assert {
    condition     = [for receiver in azurerm_monitor_action_group.mail.email_receiver : receiver.email_address] == ["security@example.com"]
    error_message = "Everybody named should get them."
  }
}
