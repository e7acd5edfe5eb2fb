# Who is told of incidents: people by a mail that a policy makes of an entry in the log, machines by the
# topic `incidents`, which is the surer way.

locals {
  # What is taken out of an entry, as gcp/tidewaiter_gcp/mail_log.py writes it.  Each combination has
  # mails of its own, so the id lets every story through; a policy takes at most ten labels.
  parts          = [for number in range(1, 8) : "part${number}"]
  labels_of_mail = concat(["id", "subject"], local.parts)

  # Entries of our own functions, and not of others that write the same.
  own_entries = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for name in keys(local.functions) : "\"${var.name}-${name}\""])})"

  channels = [for channel in google_monitoring_notification_channel.mail : channel.id]
}

resource "google_monitoring_notification_channel" "mail" {
  for_each = toset(var.mail)

  project      = local.project
  display_name = "${var.name}: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }
  user_labels  = local.labels
}

resource "google_monitoring_alert_policy" "mail" {
  project               = local.project
  display_name          = "${var.name}: incidents"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = "a story or a digest was written"

    condition_matched_log {
      filter           = "${local.own_entries} AND labels.tidewaiter=\"mail\""
      label_extractors = { for label in local.labels_of_mail : label => "EXTRACT(jsonPayload.mail.${label})" }
    }
  }

  documentation {
    mime_type = "text/markdown" # there is no other
    subject   = "$${log.extracted_label.subject}"
    content   = join("", [for part in local.parts : "$${log.extracted_label.${part}}"])
  }

  alert_strategy {
    auto_close           = "1800s"
    notification_prompts = ["OPENED"]

    notification_rate_limit {
      period = "300s" # the shortest; for each story by itself
    }
  }
}
