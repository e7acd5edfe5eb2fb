variable "region" {
  description = "Where the hub runs: the region with most of your images."
  type        = string
}

variable "other_regions" {
  description = "The other regions that are switched on in the account; us-east-1 has the public registry."
  type        = set(string)
  default     = []
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
  description = "Path of your tidewaiter.toml; null for none."
  type        = string
  default     = null
}

variable "create_trail" {
  description = "Whether to create a CloudTrail trail: true if `aws cloudtrail describe-trails` shows none.  Without a trail EventBridge gets no calls; a second one costs."
  type        = bool
}
