# One project, which watches itself.

provider "google" {
  project = var.project
  region  = var.region
}

module "tidewaiter" {
  source = "../.."

  project   = var.project
  region    = var.region
  mail      = var.mail
  package   = var.package
  settings  = var.settings == null ? "" : file(var.settings)
  projects  = { (var.project) = { existing = var.existing_topics } }
  data_read = var.data_read
  tags      = { team = "security" }
}
