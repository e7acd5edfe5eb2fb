variable "name" {
  description = "What everything is called, or begins with; keep tidewaiter in it, by which attacks on these parts themselves are known."
  type        = string
  default     = "tidewaiter"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,18}[a-z0-9]$", var.name))
    error_message = "Service accounts are named after it, too: use 4 to 20 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "project" {
  description = "Id of the project in which everything runs; its own images are watched, too."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "Give the project's id, not its number or title: `gcloud projects list` tells it."
  }
}

variable "region" {
  description = "Where it runs, and where the memory and the buckets lie."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Give one region, such as europe-west1; neither a zone nor a multi-region."
  }
}

variable "mail" {
  description = "Who gets the mails."
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

variable "tags" {
  description = "Labels of everything that can have some."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key, value in var.tags : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "Google's labels are lower-case letters, digits, hyphens and underscores, and keys begin with a letter: team = \"security\"."
  }
}

variable "log_retention_days" {
  description = "How long the functions' own logs are kept, and with them the stories that were mailed."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 3650 && floor(var.log_retention_days) == var.log_retention_days
    error_message = "Google keeps every log for 30 days anyway: give 30 to 3650 whole days; what is kept longer than 30 is paid for."
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
    error_message = "Give 2 to 1000; 10 judge some fifty events a second."
  }
}

variable "organization" {
  description = "Number of the organisation whose logs are all read; null if those of the projects named are enough."
  type        = string
  default     = null

  validation {
    condition     = var.organization == null || can(regex("^[0-9]{6,20}$", var.organization))
    error_message = "An organisation is a number here: `gcloud organizations list` tells it."
  }
}

variable "projects" {
  description = "The projects with images, by id: which of the topics cloud-builds and gcr exist there already (the others are made), and whether Container Analysis scans there."
  type = map(object({
    existing = optional(set(string), [])
    scanned  = optional(bool, true)
  }))
  default = {}

  validation {
    condition     = alltrue([for project in keys(var.projects) : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", project))])
    error_message = "Give ids of projects, not numbers or titles: `gcloud projects list` tells them."
  }

  validation {
    condition     = alltrue([for project in values(var.projects) : length(setsubtract(project.existing, ["cloud-builds", "gcr"])) == 0])
    error_message = "Only cloud-builds and gcr are subscribed to by name: say which of the two `gcloud pubsub topics list` shows."
  }
}

variable "data_read" {
  description = "Whether Artifact Registry logs pulls and listings, too: enumeration is invisible otherwise, and every pull is a paid log entry."
  type        = bool
  default     = false
}

variable "legacy_buckets" {
  description = "Buckets of Container Registry that are still in use, such as artifacts.shop.appspot.com; Cloud Storage then logs all writes of their projects."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for bucket in var.legacy_buckets : can(regex("^((us|eu|asia)\\.)?artifacts\\.[a-z][a-z0-9-]*\\.appspot\\.com$", bucket))])
    error_message = "Name the registry's own buckets: [REGION.]artifacts.PROJECT.appspot.com."
  }

  validation {
    condition = var.organization != null || alltrue([
      for bucket in var.legacy_buckets :
      contains(concat([var.project], keys(var.projects)), try(regex("artifacts\\.([a-z0-9-]+)\\.appspot", bucket)[0], var.project))
    ])
    error_message = "Name the buckets' projects in projects, too: their logs would be switched on, paid for, and read by nobody."
  }
}

variable "read_manifests" {
  description = "Whether the worker may read image manifests, as no log of Google's tells layers; it is allowed nothing of Artifact Registry otherwise."
  type        = bool
  default     = false
}
