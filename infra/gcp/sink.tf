# From the audit logs to the queue: of the whole organisation, or of each project named.

locals {
  sinks = {
    for project in keys(local.projects) : project => project if var.organization == null
  }

  queue = "pubsub.googleapis.com/projects/${var.project}/topics/${local.topics["events"]}"

  # In whose name a sink writes is known once it is there.
  writers = merge(
    { for project, sink in google_logging_project_sink.this : project => sink.writer_identity },
    { for number, sink in google_logging_organization_sink.this : number => sink.writer_identity },
  )
}

resource "google_logging_project_sink" "this" {
  for_each = local.sinks

  project                = each.key
  name                   = var.name
  description            = "What Tidewaiter reads."
  destination            = local.queue
  filter                 = local.filter
  unique_writer_identity = true

  depends_on = [google_pubsub_topic.this]
}

resource "google_logging_organization_sink" "this" {
  for_each = toset(compact([var.organization]))

  org_id           = each.key
  name             = var.name
  description      = "What Tidewaiter reads."
  destination      = local.queue
  filter           = local.filter
  include_children = true

  depends_on = [google_pubsub_topic.this]
}

resource "google_pubsub_topic_iam_member" "sinks" {
  for_each = merge(local.sinks, { for number in compact([var.organization]) : number => number })

  project = local.project
  topic   = google_pubsub_topic.this["events"].name
  role    = local.roles["publish"]
  member  = coalesce(local.writers[each.key], "serviceAccount:unknown@example.com")

  depends_on = [google_project_iam_custom_role.this]
}
