# The functions: three entry points of one package, each called by HTTP and by nobody but the caller.

locals {
  functions = {
    worker = {
      description = "Judges what arrives, and tells incidents."
      memory      = "1Gi"
      timeout     = 60 # seconds
      instances   = var.maximum_concurrency
    }
    tick = {
      description = "Tells what waited for its actor, and sends the digest."
      memory      = "512Mi"
      timeout     = 240 # less than the time between two
      instances   = 1
    }
    inventory = {
      description = "Lists repositories, images and what runs, into the memory."
      memory      = "1Gi"
      timeout     = 900
      instances   = 1
    }
  }

  environment = {
    TIDEWAITER_INCIDENT_TOPIC   = "projects/${var.project}/topics/${local.topics["incidents"]}"
    TIDEWAITER_MEMORY           = local.memory
    TIDEWAITER_PROJECTS         = join(",", keys(local.projects))
    TIDEWAITER_QUARANTINE       = local.buckets["quarantine"].bucket
    TIDEWAITER_READ_MANIFESTS   = var.read_manifests ? "on" : "off"
    TIDEWAITER_READ_OCCURRENCES = "on"
    TIDEWAITER_SETTINGS         = "gs://${local.buckets["settings"].bucket}/${local.settings_key}"
  }

  # What Cloud Run calls them; until one exists, a plan has no address for it.
  addresses = {
    for name in keys(local.functions) : name =>
    coalesce(one(google_cloudfunctions2_function.this[name].service_config).uri, "https://${var.name}-${name}.example.com")
  }
}

resource "google_cloudfunctions2_function" "this" {
  for_each = local.functions

  project     = local.project
  location    = var.region
  name        = "${var.name}-${each.key}"
  description = each.value.description
  labels      = local.labels

  build_config {
    runtime           = "python314"
    entry_point       = each.key
    docker_repository = local.repository
    service_account   = "projects/${var.project}/serviceAccounts/${trimprefix(local.members["builder"], "serviceAccount:")}"

    source {
      storage_source {
        bucket = google_storage_bucket_object.package.bucket
        object = google_storage_bucket_object.package.name
      }
    }
  }

  service_config {
    service_account_email          = google_service_account.this[each.key].email
    available_cpu                  = "1"
    available_memory               = each.value.memory
    timeout_seconds                = each.value.timeout
    max_instance_count             = each.value.instances
    ingress_settings               = "ALLOW_INTERNAL_ONLY" # Pub/Sub and Cloud Scheduler of this project are internal
    all_traffic_on_latest_revision = true
    environment_variables          = merge(local.environment, { CLOUD_RUN_TIMEOUT_SECONDS = each.value.timeout })

    # One after the other: a killed process takes one delivery with it, not many.
    max_instance_request_concurrency = 1
  }

  # Without its permissions the first requests would fail, and without the builder's nothing is built.
  depends_on = [
    google_artifact_registry_repository_iam_member.builder,
    google_project_iam_member.builder,
    google_project_iam_member.remembers,
    google_storage_bucket_iam_member.ours,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "caller" {
  for_each = local.functions

  project  = local.project
  location = var.region
  name     = google_cloudfunctions2_function.this[each.key].name # its service is called like the function
  role     = local.roles["call"]
  member   = local.members["caller"]

  depends_on = [google_project_iam_custom_role.this, google_service_account.this]
}
