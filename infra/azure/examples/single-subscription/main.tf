# One subscription: the hub, and what it hears.

provider "azurerm" {
  subscription_id     = var.subscription
  storage_use_azuread = true # there are no keys

  features {
    storage {
      data_plane_available = false # it is closed to all but `reach`
    }
  }
}

module "tidewaiter" {
  source = "../.."

  location = var.location
  mail     = var.mail
  package  = var.package
  settings = var.settings == null ? "" : file(var.settings)
  reach    = var.reach
  tags     = local.tags
}

module "forwarder" {
  source = "../../forwarder"

  hub        = module.tidewaiter.hub
  webhook    = module.tidewaiter.webhook
  registries = var.registries
  clusters   = var.clusters
  tags       = local.tags
}

# Registries and clusters of days to come.
module "policy" {
  source = "../../policy"

  hub = module.tidewaiter.hub
}

locals {
  tags = { Team = "security" }
}
