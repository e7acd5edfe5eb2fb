variable "management_group" {
  description = "Id of the management group, as `az account management-group list --query [].id` tells it."
  type        = string
}

variable "security_subscription" {
  description = "Id of the subscription in which the hub runs."
  type        = string
}

variable "production_subscription" {
  description = "Id of the production subscription."
  type        = string
}

variable "development_subscription" {
  description = "Id of the development subscription."
  type        = string
}

variable "location" {
  description = "Region of the registries, and of the hub, such as westeurope."
  type        = string
}

variable "production_registries" {
  description = "Ids of the container registries of the production subscription."
  type        = set(string)
}

variable "production_clusters" {
  description = "Ids of the AKS clusters of the production subscription."
  type        = set(string)
}

variable "development_registries" {
  description = "Ids of the container registries of the development subscription."
  type        = set(string)
}

variable "mail" {
  description = "Who gets the mails."
  type        = list(string)
}

variable "mail_domain" {
  description = "Id of a verified domain to write from, as `az communication email domain show --query id` tells it."
  type        = string
}

variable "reach" {
  description = "Public addresses of whoever applies this, and of the command line."
  type        = set(string)
}

variable "package" {
  description = "Path of the zip that `make package` builds."
  type        = string
  default     = "../../../../dist/tidewaiter-azure.zip"
}

variable "settings" {
  description = "Path of tidewaiter.toml; it should name the subscriptions as your own."
  type        = string
}
