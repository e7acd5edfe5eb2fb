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

# The hub reads its own region by itself: forwarded to it as well, each event would come twice.
locals {
  other_regions = setsubtract(var.other_regions, [var.region])
}

module "forwarder" {
  source = "../../forwarder"
  count  = length(local.other_regions) > 0 ? 1 : 0

  bus     = module.tidewaiter.bus
  regions = local.other_regions
  tags    = { Team = "security" }
}
