# What arrives is pushed to the worker until it is taken, and what failed too often is kept.

locals {
  topics = {
    events    = "${var.name}-events"
    failures  = "${var.name}-failures"
    incidents = "${var.name}-incidents"
  }

  week  = "604800s"
  month = "2678400s" # 31 days: the longest that Pub/Sub keeps anything

  # By name: the topic that is subscribed to.
  subscriptions = merge(
    { events = "projects/${var.project}/topics/${local.topics["events"]}" },
    { for key, feed in local.feeds : key => "projects/${feed.project}/topics/${feed.topic}" },
  )
}

resource "google_pubsub_topic" "this" {
  for_each = local.topics

  project = local.project
  name    = each.value
  labels  = local.labels
}

resource "google_pubsub_subscription" "worker" {
  for_each = local.subscriptions

  project                    = local.project
  name                       = "${var.name}-${replace(each.key, "/", "-")}"
  topic                      = each.value
  ack_deadline_seconds       = local.functions["worker"].timeout + 30
  message_retention_duration = local.week
  labels                     = local.labels

  push_config {
    push_endpoint = local.addresses["worker"]

    oidc_token {
      service_account_email = trimprefix(local.members["caller"], "serviceAccount:")
      audience              = local.addresses["worker"]
    }
  }

  # A worker hands back what another one holds for a minute, so a few refusals mean nothing.
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = "projects/${var.project}/topics/${local.topics["failures"]}"
    max_delivery_attempts = 40 # some six hours
  }

  expiration_policy {
    ttl = "" # never, however quiet it is
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.caller,
    google_project_service.this,
    google_pubsub_topic.feed,
    google_pubsub_topic.this,
    google_pubsub_topic_iam_member.dead_letters,
    google_service_account_iam_member.tokens,
  ]
}

# Nobody takes from it but people, who look and mend; it keeps what no worker could take.
resource "google_pubsub_subscription" "failures" {
  project                    = local.project
  name                       = local.topics["failures"]
  topic                      = google_pubsub_topic.this["failures"].name
  ack_deadline_seconds       = 600
  message_retention_duration = local.month
  labels                     = local.labels

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub moves what failed in its own name, which it has from the first subscription on.
resource "google_pubsub_topic_iam_member" "dead_letters" {
  project = local.project
  topic   = google_pubsub_topic.this["failures"].name
  role    = local.roles["publish"]
  member  = local.pubsub

  depends_on = [google_project_iam_custom_role.this, google_pubsub_subscription.failures]
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = local.subscriptions

  project      = local.project
  subscription = google_pubsub_subscription.worker[each.key].name
  role         = local.roles["forward"]
  member       = local.pubsub

  depends_on = [google_project_iam_custom_role.this]
}

# Pub/Sub signs its pushes as the caller.
resource "google_service_account_iam_member" "tokens" {
  service_account_id = "projects/${var.project}/serviceAccounts/${trimprefix(local.members["caller"], "serviceAccount:")}"
  role               = local.roles["sign"]
  member             = local.pubsub

  depends_on = [google_project_iam_custom_role.this, google_pubsub_subscription.failures, google_service_account.this]
}
