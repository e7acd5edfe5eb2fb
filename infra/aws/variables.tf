variable "name" {
  description = "What everything is called, or begins with; keep tidewaiter in it, by which attacks on these parts themselves are known."
  type        = string
  default     = "tidewaiter"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Buckets are named after it, too: use 3 to 24 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "mail" {
  description = "Who gets the mails; each address has to confirm its subscription once."
  type        = list(string)

  validation {
    condition     = length(var.mail) > 0
    error_message = "Name at least one address: without one, nobody hears of an implant."
  }

  validation {
    condition     = alltrue([for address in var.mail : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "Write addresses as in security@example.com, one for each member of the list."
  }
}

variable "settings" {
  description = "The text of tidewaiter.toml, as in file(\"tidewaiter.toml\"); the functions read it anew every few minutes."
  type        = string
  default     = ""
}

variable "package" {
  description = "Path of the zip that `make package` builds."
  type        = string

  validation {
    condition     = fileexists(var.package)
    error_message = "There is no such file: run `make package` at the root of the repository first."
  }
}

variable "architecture" {
  description = "The processor that the package was built for."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Choose arm64 (cheaper) or x86_64, the one in the package's name."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}

variable "log_retention_days" {
  description = "How long the functions' own logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or 400 days, or some years: take the next longer one."
  }
}

variable "quiet_hours_alarm" {
  description = "After how many hours without any event an alarm is mailed: then something before us stands still."
  type        = number
  default     = 6

  validation {
    condition     = var.quiet_hours_alarm >= 1 && var.quiet_hours_alarm <= 24 && floor(var.quiet_hours_alarm) == var.quiet_hours_alarm
    error_message = "Give whole hours from 1 to 24: longer than a day nobody should be blind."
  }
}

variable "maximum_concurrency" {
  description = "How many workers may judge events at once: the ceiling of cost, and of load on the memory."
  type        = number
  default     = 10

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000
    error_message = "AWS takes 2 to 1000; 10 judge some fifty events a second."
  }
}

variable "organization" {
  description = "Id of the AWS organisation whose accounts may forward events to the hub, such as o-exampleorg1; null if the hub's account is the only one."
  type        = string
  default     = null

  validation {
    condition     = var.organization == null || can(regex("^o-[a-z0-9]{10,32}$", var.organization))
    error_message = "An organisation's id begins with o-: `aws organizations describe-organization` tells it."
  }
}

variable "security_hub" {
  description = "Whether incidents become findings in Security Hub, which must be switched on in the account."
  type        = bool
  default     = false
}

variable "read_manifests" {
  description = "Whether the worker may read image manifests that CloudTrail left out; leave it off until the changelog says that images can be read, as the functions refuse to start with it before."
  type        = bool
  default     = false
}

variable "cloudtrail_bucket" {
  description = "Name of a bucket of CloudTrail delivery files to read as well (same account and region); its notifications are set here, and take the place of others."
  type        = string
  default     = null
}

variable "log_groups" {
  description = "CloudWatch log groups to read as well: /aws/eks/NAME/cluster for the audit log of a cluster, or flow logs."
  type        = set(string)
  default     = []
}
