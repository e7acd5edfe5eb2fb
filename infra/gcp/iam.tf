# Who may do what: one account a function, and roles of our own in which every permission is written out.

locals {
  role_prefix = replace(var.name, "-", "_")

  # Given for one thing only: a database, a bucket, a topic, a function.
  may = {
    call          = ["run.routes.invoke"]
    forward       = ["pubsub.subscriptions.consume"]
    publish       = ["pubsub.topics.publish"]
    quarantine    = ["storage.objects.create", "storage.objects.delete"] # to write the same once more is to replace it
    read_settings = ["storage.objects.get"]
    remember = [
      "datastore.entities.create",
      "datastore.entities.delete",
      "datastore.entities.get",
      "datastore.entities.list",
      "datastore.entities.update",
    ]
    sign = ["iam.serviceAccounts.getOpenIdToken"]
  }

  roles = { for name in keys(local.may) : name => "projects/${var.project}/roles/${local.role_prefix}_${name}" }

  # Given for all that is watched: the organisation, or each project named.
  watching = merge(
    {
      list = {
        account = "inventory"
        permissions = [
          "artifactregistry.dockerimages.list",
          "artifactregistry.locations.list",
          "artifactregistry.repositories.list",
          "compute.disks.list",
          "compute.images.list",
          "run.services.list",
        ]
      }
      read_occurrences = {
        account     = "worker"
        permissions = ["containeranalysis.occurrences.get"]
      }
    },
    {
      for on in [var.read_manifests] : "read_manifests" => {
        account     = "worker"
        permissions = ["artifactregistry.repositories.downloadArtifacts"]
      } if on
    },
  )

  watched = {
    for pair in setproduct(keys(local.sinks), keys(local.watching)) :
    "${pair[0]}/${pair[1]}" => merge(local.watching[pair[1]], { project = pair[0], role = "${local.role_prefix}_${pair[1]}" })
  }

  # Everything that a function writes to or reads from in every run, by function.
  working = toset(["worker", "tick", "inventory"])
}

resource "google_project_iam_custom_role" "this" {
  for_each = local.may

  project     = local.project
  role_id     = "${local.role_prefix}_${each.key}"
  title       = "${var.name}: ${replace(each.key, "_", " ")}"
  permissions = each.value
}

resource "google_project_iam_member" "remembers" {
  for_each = local.working

  project = local.project
  role    = local.roles["remember"]
  member  = local.members[each.key]

  condition {
    title      = "memory-of-tidewaiter"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.memory.name}\""
  }

  depends_on = [google_project_iam_custom_role.this, google_service_account.this]
}

resource "google_storage_bucket_iam_member" "ours" {
  for_each = {
    for pair in setproduct(local.working, ["settings", "quarantine"]) :
    "${pair[0]}/${pair[1]}" => { account = pair[0], bucket = pair[1], role = pair[1] == "settings" ? "read_settings" : "quarantine" }
  }

  bucket = google_storage_bucket.this[each.value.bucket].name
  role   = local.roles[each.value.role]
  member = local.members[each.value.account]

  depends_on = [google_project_iam_custom_role.this, google_service_account.this]
}

resource "google_pubsub_topic_iam_member" "incidents" {
  for_each = local.working

  project = local.project
  topic   = google_pubsub_topic.this["incidents"].name
  role    = local.roles["publish"]
  member  = local.members[each.key]

  depends_on = [google_project_iam_custom_role.this, google_service_account.this]
}

# A role of a project cannot be given in another one.
resource "google_project_iam_custom_role" "watched" {
  for_each = local.watched

  project     = each.value.project
  role_id     = each.value.role
  title       = replace(each.value.role, "_", " ")
  permissions = each.value.permissions

  depends_on = [google_project_service.this]
}

resource "google_project_iam_member" "watched" {
  for_each = local.watched

  project = each.value.project
  role    = "projects/${each.value.project}/roles/${each.value.role}"
  member  = local.members[each.value.account]

  depends_on = [google_project_iam_custom_role.watched, google_service_account.this]
}

resource "google_organization_iam_custom_role" "watched" {
  for_each = { for name, watch in local.watching : name => watch if var.organization != null }

  org_id      = var.organization
  role_id     = "${local.role_prefix}_${each.key}"
  title       = "${var.name}: ${replace(each.key, "_", " ")}"
  permissions = each.value.permissions
}

resource "google_organization_iam_member" "watched" {
  for_each = { for name, watch in local.watching : name => watch if var.organization != null }

  org_id = var.organization
  role   = "organizations/${var.organization}/roles/${local.role_prefix}_${each.key}"
  member = local.members[each.value.account]

  depends_on = [google_organization_iam_custom_role.watched, google_service_account.this]
}
