# One account: the hub in one region, and forwarders from the others.

provider "aws" {
  region = var.region
}

module "tidewaiter" {
  source = "../.."

  mail     = var.mail
  package  = var.package
  settings = var.settings == null ? "" : file(var.settings)
  tags     = { Team = "security" }
}

module "forwarder" {
  source = "../../forwarder"
  count  = length(var.other_regions) > 0 ? 1 : 0

  bus     = module.tidewaiter.bus
  regions = var.other_regions
  tags    = { Team = "security" }
}
