# An organisation: the hub in the security account, a forwarder in every account.
#
# Copy a provider and a forwarder for each account: Terraform cannot count providers.

provider "aws" {
  region = var.region # the security account's own credentials
}

provider "aws" {
  alias  = "production"
  region = var.region

  assume_role {
    role_arn = var.production_role
  }
}

provider "aws" {
  alias  = "development"
  region = var.region

  assume_role {
    role_arn = var.development_role
  }
}

module "tidewaiter" {
  source = "../.."

  mail         = var.mail
  package      = var.package
  settings     = file(var.settings)
  organization = var.organization
  security_hub = true
  tags         = local.tags
}

# The hub's own account; the hub reads its own region by itself.
module "security" {
  source = "../../forwarder"

  bus     = module.tidewaiter.bus
  regions = setsubtract(var.regions, [var.region])
  tags    = local.tags
}

module "production" {
  source    = "../../forwarder"
  providers = { aws = aws.production }

  bus     = module.tidewaiter.bus
  regions = var.regions
  tags    = local.tags
}

module "development" {
  source    = "../../forwarder"
  providers = { aws = aws.development }

  bus     = module.tidewaiter.bus
  regions = var.regions
  tags    = local.tags
}

locals {
  tags = { Team = "security" }
}
