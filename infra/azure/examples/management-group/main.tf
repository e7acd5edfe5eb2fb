# A management group: the hub in the security subscription, a forwarder in every subscription.
#
# Copy a provider and a forwarder for each subscription: Terraform cannot count providers.

provider "azurerm" {
  subscription_id     = var.security_subscription
  storage_use_azuread = true # there are no keys

  features {
    storage {
      data_plane_available = false # it is closed to all but `reach`
    }
  }
}

provider "azurerm" {
  alias           = "production"
  subscription_id = var.production_subscription

  features {}
}

provider "azurerm" {
  alias           = "development"
  subscription_id = var.development_subscription

  features {}
}

module "tidewaiter" {
  source = "../.."

  location      = var.location
  mail          = var.mail
  mail_domain   = var.mail_domain
  package       = var.package
  settings      = file(var.settings)
  reach         = var.reach
  subscriptions = [var.security_subscription, var.production_subscription, var.development_subscription]
  tags          = local.tags
}

module "security" {
  source = "../../forwarder"

  hub     = module.tidewaiter.hub
  webhook = module.tidewaiter.webhook
  tags    = local.tags
}

module "production" {
  source    = "../../forwarder"
  providers = { azurerm = azurerm.production }

  hub        = module.tidewaiter.hub
  webhook    = module.tidewaiter.webhook
  registries = var.production_registries
  clusters   = var.production_clusters
  tags       = local.tags
}

module "development" {
  source    = "../../forwarder"
  providers = { azurerm = azurerm.development }

  hub        = module.tidewaiter.hub
  webhook    = module.tidewaiter.webhook
  registries = var.development_registries
  tags       = local.tags
}

# Registries and clusters of days to come, in every subscription below the group.
module "policy" {
  source = "../../policy"

  hub              = module.tidewaiter.hub
  management_group = var.management_group
}

locals {
  tags = { Team = "security" }
}
