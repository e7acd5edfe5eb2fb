# Where it all is, what it needs switched on there, and what its parts are called.

locals {
  services = toset([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudscheduler.googleapis.com",
    "compute.googleapis.com",
    "containeranalysis.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "storage.googleapis.com",
  ])
}

# What others use, too, stays switched on when we leave.
resource "google_project_service" "this" {
  for_each = local.services

  project            = var.project
  service            = each.key
  disable_on_destroy = false
}

# Asked while planning: waiting for the services would put every plan in doubt that changes one.
data "google_project" "here" {
  project_id = var.project
}

locals {
  # By way of the services, so that whatever names the project waits for them.
  project = one(distinct([for service in google_project_service.this : service.project]))

  # A plan that has nobody to ask, as in the tests, knows no number.
  number = coalesce(data.google_project.here.number, "000000000000")

  # Whoever watches must be watched: our own project is always among them.
  projects = merge({ (var.project) = { existing = toset([]), scanned = true } }, var.projects)

  labels = merge({ application = var.name }, var.tags)

  # In whose name Pub/Sub forwards and signs.
  pubsub = "serviceAccount:service-${local.number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  # Ours, by what they do; their addresses are known before they exist.
  accounts = {
    worker    = "Judges what arrives."
    tick      = "Tells what waited, and the digest."
    inventory = "Lists what is there."
    caller    = "Calls the functions, for Pub/Sub and Cloud Scheduler."
    builder   = "Builds the functions."
  }
  members = { for name in keys(local.accounts) : name => "serviceAccount:${var.name}-${name}@${var.project}.iam.gserviceaccount.com" }
}

resource "google_service_account" "this" {
  for_each = local.accounts

  project      = local.project
  account_id   = "${var.name}-${each.key}"
  display_name = "${var.name}: ${each.key}"
  description  = each.value
}
