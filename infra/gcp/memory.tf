# What detectors remember: points that never change, in one collection of a database of their own.

locals {
  collection = "points"
  memory     = "firestore://${var.project}/${local.collection}?database=${var.name}"
}

resource "google_firestore_database" "memory" {
  project                           = local.project
  name                              = var.name
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  app_engine_integration_mode       = "DISABLED"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "DELETE" # once the protection is off
}

# Points are found by their names alone; every index would be paid for with each write.
resource "google_firestore_field" "unindexed" {
  project    = local.project
  database   = google_firestore_database.memory.name
  collection = local.collection
  field      = "*"

  index_config {}
}

resource "google_firestore_field" "expires" {
  project    = local.project
  database   = google_firestore_database.memory.name
  collection = local.collection
  field      = "expires"

  index_config {}
  ttl_config {}

  depends_on = [google_firestore_field.unindexed] # two changes of one collection at once are refused
}
