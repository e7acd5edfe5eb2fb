# What the services say themselves, in every project with images: fast, and silent about who.

locals {
  made    = ["cloud-builds", "gcr"]             # by whoever wants to hear of it
  scanner = "container-analysis-occurrences-v1" # by Container Analysis, when it is switched on
  legacy  = length(var.legacy_buckets) > 0 ? { legacy = { project = var.project, topic = "${var.name}-legacy" } } : {}

  feeds = merge(
    {
      for pair in setproduct(keys(local.projects), concat(local.made, [local.scanner])) :
      "${pair[0]}/${pair[1]}" => { project = pair[0], topic = pair[1] }
      if pair[1] != local.scanner || local.projects[pair[0]].scanned
    },
    local.legacy,
  )
}

# https://cloud.google.com/artifact-registry/docs/configure-notifications
resource "google_pubsub_topic" "feed" {
  for_each = {
    for key, feed in local.feeds : key => feed
    if key == "legacy" || contains(setsubtract(local.made, try(local.projects[feed.project].existing, [])), feed.topic)
  }

  project = each.value.project
  name    = each.value.topic
  labels  = local.labels

  depends_on = [google_project_service.this]
}

# What is left of Container Registry tells by its buckets.
resource "google_storage_notification" "legacy" {
  for_each = var.legacy_buckets

  bucket             = each.key
  topic              = "//pubsub.googleapis.com/projects/${var.project}/topics/${local.legacy["legacy"].topic}"
  payload_format     = "JSON_API_V1"
  event_types        = ["OBJECT_FINALIZE", "OBJECT_DELETE"]
  object_name_prefix = "containers/images/"

  depends_on = [google_pubsub_topic_iam_member.legacy]
}

# Buckets send in the name of their own project's account.
data "google_storage_project_service_account" "legacy" {
  for_each = local.legacy_projects

  project = each.key
}

locals {
  legacy_projects = toset([for bucket in var.legacy_buckets : regex("artifacts\\.([a-z0-9-]+)\\.appspot", bucket)[0]])
}

resource "google_pubsub_topic_iam_member" "legacy" {
  for_each = local.legacy_projects

  project = local.project
  topic   = google_pubsub_topic.feed["legacy"].name
  role    = local.roles["publish"]
  member  = "serviceAccount:${coalesce(data.google_storage_project_service_account.legacy[each.key].email_address, "unknown@example.com")}"

  depends_on = [google_project_iam_custom_role.this]
}
