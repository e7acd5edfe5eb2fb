# An organisation, watched from a project of the security team: no other project has parts of its own
# but the topics that its registry and builds tell by.

provider "google" {
  project = var.project
  region  = var.region
}

module "tidewaiter" {
  source = "../.."

  project        = var.project
  region         = var.region
  mail           = var.mail
  package        = var.package
  settings       = file(var.settings)
  organization   = var.organization
  projects       = var.projects
  data_read      = true
  legacy_buckets = var.legacy_buckets
  tags           = { team = "security" }
}
