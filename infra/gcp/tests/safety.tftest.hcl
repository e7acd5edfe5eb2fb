# What keeps the deployment safe, as it would be created: closed doors, nothing lost, narrow roles.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }

  mock_data "google_storage_project_service_account" {
    defaults = { email_address = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" }
  }

  mock_resource "google_cloudfunctions2_function" {
    defaults = {
      service_config = { uri = "https://tidewaiter-example.a.run.app" }
    }
  }

  mock_resource "google_logging_project_sink" {
    defaults = { writer_identity = "serviceAccount:service-123456789012@gcp-sa-logging.iam.gserviceaccount.com" }
  }
}

variables {
  project        = "example-shop"
  region         = "europe-west1"
  mail           = ["security@example.com"]
  package        = "main.tf" # any file will do
  data_read      = true
  legacy_buckets = ["eu.artifacts.example-shop.appspot.com"]
  read_manifests = true
}

run "nobody_outside_can_call" {
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.this : function.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"])
    error_message = "No function should be reachable from the internet."
  }

  assert {
    condition     = toset([for member in google_cloud_run_v2_service_iam_member.caller : member.member]) == toset(["serviceAccount:tidewaiter-caller@example-shop.iam.gserviceaccount.com"])
    error_message = "Only the caller should call."
  }

  assert {
    condition     = alltrue([for subscription in google_pubsub_subscription.worker : subscription.push_config[0].oidc_token[0].service_account_email == "tidewaiter-caller@example-shop.iam.gserviceaccount.com"])
    error_message = "Every push should show who it is."
  }
}

run "nothing_that_fails_is_lost" {
  assert {
    condition     = alltrue([for subscription in google_pubsub_subscription.worker : subscription.dead_letter_policy[0].dead_letter_topic == "projects/example-shop/topics/tidewaiter-failures"])
    error_message = "What a worker cannot take should go to the failures."
  }

  assert {
    condition     = keys(google_pubsub_subscription_iam_member.dead_letters) == keys(google_pubsub_subscription.worker) && google_pubsub_topic_iam_member.dead_letters.topic == "tidewaiter-failures"
    error_message = "Pub/Sub should be allowed to move it there."
  }

  assert {
    condition     = google_pubsub_subscription.failures.topic == "tidewaiter-failures" && google_pubsub_subscription.failures.message_retention_duration == "2678400s"
    error_message = "The failures should be kept for as long as can be."
  }

  assert {
    condition     = alltrue([for subscription in concat(values(google_pubsub_subscription.worker), [google_pubsub_subscription.failures]) : subscription.expiration_policy[0].ttl == ""])
    error_message = "No subscription should be deleted because nothing happens."
  }

  assert {
    condition     = alltrue([for subscription in google_pubsub_subscription.worker : subscription.ack_deadline_seconds > google_cloudfunctions2_function.this["worker"].service_config[0].timeout_seconds])
    error_message = "A message should not come again while a worker has it."
  }

  assert {
    condition     = google_firestore_database.memory.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.memory.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "The memory should be hard to lose."
  }
}

run "the_collection_is_as_the_memory_needs_it" {
  assert {
    condition     = google_firestore_field.expires.field == "expires" && length(google_firestore_field.expires.ttl_config) == 1
    error_message = "What has expired should be forgotten."
  }

  assert {
    condition     = google_firestore_field.unindexed.field == "*" && length(google_firestore_field.unindexed.index_config[0].indexes) == 0
    error_message = "No field should be indexed."
  }
}

run "buckets_are_closed" {
  assert {
    condition     = alltrue([for bucket in google_storage_bucket.this : bucket.public_access_prevention == "enforced" && bucket.uniform_bucket_level_access])
    error_message = "No bucket should ever be public."
  }

  assert {
    condition     = !google_storage_bucket.this["quarantine"].force_destroy
    error_message = "Records that could not be read should not vanish with the deployment."
  }
}

run "mail_comes_at_once" {
  assert {
    condition     = google_monitoring_alert_policy.mail.documentation[0].subject == "$${log.extracted_label.subject}"
    error_message = "The subject should be the story's."
  }

  assert {
    condition     = length(google_monitoring_alert_policy.mail.conditions[0].condition_matched_log[0].label_extractors) <= 10
    error_message = "A policy takes ten labels at most."
  }

  assert {
    condition     = keys(google_monitoring_notification_channel.mail) == ["security@example.com"]
    error_message = "Everybody named should have a channel."
  }
}

run "cost_is_bounded" {
  assert {
    condition     = google_cloudfunctions2_function.this["worker"].service_config[0].max_instance_count == 10 && google_cloudfunctions2_function.this["worker"].service_config[0].max_instance_request_concurrency == 1
    error_message = "The number of workers should be bounded."
  }

  assert {
    condition     = alltrue([for name in ["tick", "inventory"] : google_cloudfunctions2_function.this[name].service_config[0].max_instance_count == 1])
    error_message = "What the clock calls should run once."
  }
}

run "alarms_reach_the_people" {
  assert {
    condition     = alltrue([for policy in concat([google_monitoring_alert_policy.mail, google_monitoring_alert_policy.quiet], values(google_monitoring_alert_policy.told), values(google_monitoring_alert_policy.measured)) : policy.notification_channels == tolist([google_monitoring_notification_channel.mail["security@example.com"].id])])
    error_message = "Every alarm should be mailed."
  }

  assert {
    condition     = length(setsubtract(["failures", "old-events", "worker-errors", "tick-errors", "inventory-errors", "settings-refused", "quarantined", "bugs", "schedules"], concat(keys(google_monitoring_alert_policy.told), keys(google_monitoring_alert_policy.measured)))) == 0
    error_message = "An alarm is missing."
  }
}

run "pushes_and_pulls_are_logged" {
  assert {
    condition     = toset([for config in google_project_iam_audit_config.registry["example-shop"].audit_log_config : config.log_type]) == toset(["DATA_READ", "DATA_WRITE"])
    error_message = "Both should be logged when it is asked for."
  }

  assert {
    condition     = toset([for config in google_project_iam_audit_config.storage["example-shop"].audit_log_config : config.log_type]) == toset(["DATA_WRITE"])
    error_message = "What is left of Container Registry should be logged, too."
  }

  assert {
    condition     = length(google_logging_project_sink.this["example-shop"].filter) <= 20000
    error_message = "A filter may have 20,000 characters."
  }
}

run "nobody_may_do_everything" {
  assert {
    condition     = alltrue(flatten([for role in concat(values(google_project_iam_custom_role.this), values(google_project_iam_custom_role.watched)) : [for permission in role.permissions : !strcontains(permission, "*")]]))
    error_message = "Every permission should be written out."
  }

  assert {
    condition     = alltrue([for member in google_project_iam_member.remembers : one(member.condition).expression == "resource.name == \"projects/example-shop/databases/tidewaiter\""])
    error_message = "The functions should see no other database."
  }
}
