variable "organization" {
  description = "Id of the organisation, as `aws organizations describe-organization` tells it."
  type        = string
}

variable "region" {
  description = "Where the hub runs."
  type        = string
}

variable "regions" {
  description = "All regions that are switched on in the organisation, the hub's and us-east-1 (the public registry) among them."
  type        = set(string)
}

variable "production_role" {
  description = "Role of the production account that Terraform takes on, as arn:aws:iam::111122223333:role/deployment."
  type        = string
}

variable "development_role" {
  description = "Role of the development account that Terraform takes on."
  type        = string
}

variable "mail" {
  description = "Who gets the mails."
  type        = list(string)
}

variable "package" {
  description = "Path of the zip that `make package` builds."
  type        = string
  default     = "../../../../dist/tidewaiter-aws-arm64.zip"
}

variable "settings" {
  description = "Path of tidewaiter.toml; it should name the organisation's accounts as your own."
  type        = string
}
