# Required: where, what to install, and whom to notify.

variable "region" {
  description = "AWS region of everything that is made."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.region)) && !startswith(var.region, "cn-")
    error_message = "The region is a name such as eu-central-1. Those of China and of the US government name their services differently."
  }
}

variable "artefact" {
  description = "Path of the etlworker-VERSION-linux-x64.tar.gz that ./publish.sh made."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.artefact, ".tar.gz") && fileexists(var.artefact)
    error_message = "There is no such .tar.gz: run ./publish.sh and name the one it made in artifacts/."
  }
}

variable "emails" {
  description = "E-mail addresses that are notified of every run and every alarm. Each has to confirm its subscription once."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.emails) > 0 && alltrue([for address in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "At least one e-mail address, each of the form name@example.com: a failure of which nobody is notified is not known."
  }
}

# The drops.

variable "uploader_arns" {
  description = "ARNs of the IAM users or roles, of this account or another, that may put drops into the landing bucket."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.uploader_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[^*?]+$", arn))])
    error_message = "Each is the ARN of one IAM user or role, without wildcards; a whole account (root) would be anybody in it."
  }
}

variable "feed_prefixes" {
  description = "Prefixes in the landing bucket where drops are put and read: those of the definition's feeds."
  type        = list(string)
  default     = ["orders_data/", "reference/"]
  nullable    = false

  validation {
    condition     = length(var.feed_prefixes) > 0 && alltrue([for prefix in var.feed_prefixes : can(regex("^[^/*?$][^*?$]*/$", prefix))])
    error_message = "At least one prefix, each ending in / and without wildcards."
  }
}

variable "result_prefixes" {
  description = "Prefixes in the results bucket that the worker may write: those of the definition's exports, and rejected/."
  type        = list(string)
  default     = ["analytics_export/", "rejected/"]
  nullable    = false

  validation {
    condition = (
      contains(var.result_prefixes, "rejected/") &&
      alltrue([for prefix in var.result_prefixes : can(regex("^[^/*?$][^*?$]*/$", prefix))])
    )
    error_message = "Prefixes, each ending in / and without wildcards; rejected/ is one, for the worker puts refused rows there."
  }
}

variable "deployer_arns" {
  description = "ARNs of the IAM users or roles that may deploy pipelines into the definitions bucket, and so have SQL run."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.deployer_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[^*?]+$", arn))])
    error_message = "Each is the ARN of one IAM user or role, without wildcards; a whole account (root) would be anybody in it."
  }
}

variable "definition" {
  description = "Where the worker takes definitions from: a path on the instance, or \"deployed\" for the definitions bucket."
  type        = string
  default     = "/opt/etlworker/current/pipelines/retail/pipeline.json"
  nullable    = false

  validation {
    condition     = var.definition == "deployed" || can(regex("^/[^\\s\"'\\\\]+\\.json$", var.definition))
    error_message = "An absolute path of a .json file, without spaces or quotes; or deployed."
  }
}

variable "public_source" {
  description = "Somebody else's bucket that everybody may read, in the place of the landing bucket: its name and its region."
  type        = object({ bucket = string, region = string })
  default     = null

  validation {
    condition = var.public_source == null || (
      can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.public_source.bucket)) &&
      can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.public_source.region))
    )
    error_message = "The name of a bucket and its region: { bucket = \"their-bucket\", region = \"eu-west-1\" }."
  }
}

variable "noncurrent_days" {
  description = "Days that overwritten or deleted objects of the buckets can still be had back."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.noncurrent_days >= 7 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "A whole number of days, at least 7: a retry reads the drop's exact version."
  }
}

# The machine.

variable "instance_type" {
  description = "EC2 instance type, x86-64."
  type        = string
  default     = "t2.micro"
  nullable    = false

  validation {
    condition = (
      can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9]+$", var.instance_type)) &&
      !can(regex("^(a1|[a-z]+[0-9]+g[a-z]*)\\.", var.instance_type))
    )
    error_message = "An instance type such as t2.micro or t3.small. Those with a g after the number (t4g) are ARM; the artefact is x86-64."
  }
}

variable "ssh_from" {
  description = "The one address range that may reach port 22, as 203.0.113.7/32. Null: no port 22, and Session Manager instead."
  type        = string
  default     = null

  validation {
    condition     = var.ssh_from == null || (can(cidrnetmask(var.ssh_from)) && try(tonumber(split("/", var.ssh_from)[1]) >= 16, false))
    error_message = "One IPv4 range in CIDR form, /16 or narrower: 0.0.0.0/0 is everybody."
  }

  validation {
    condition     = (var.ssh_from == null) == (var.ssh_key_name == null)
    error_message = "ssh_from and ssh_key_name belong together: set both or neither."
  }
}

variable "ssh_key_name" {
  description = "Name of the EC2 key pair for SSH. Only together with ssh_from."
  type        = string
  default     = null
}

# The database.

variable "database_version" {
  description = "Major version of PostgreSQL. A higher one later is an upgrade, which RDS is to be asked for by hand."
  type        = string
  default     = "17"
  nullable    = false

  validation {
    condition     = contains(["14", "15", "16", "17", "18"], var.database_version)
    error_message = "A major version from 14 to 18, as a string; minor versions come by themselves."
  }
}

variable "database_instance_class" {
  description = "RDS instance class."
  type        = string
  default     = "db.t4g.micro"
  nullable    = false

  validation {
    condition     = can(regex("^db\\.[a-z0-9-]+\\.[a-z0-9]+$", var.database_instance_class))
    error_message = "An RDS class such as db.t4g.micro."
  }
}

variable "database_storage_gb" {
  description = "Storage of the database in GB; it grows by itself up to five times that."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition = (
      var.database_storage_gb >= 20 && var.database_storage_gb <= 10000 && floor(var.database_storage_gb) == var.database_storage_gb
    )
    error_message = "A whole number of GB from 20 to 10000."
  }
}

variable "database_backup_days" {
  description = "Days of automatic backups, for a restore to any second of them."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition = (
      var.database_backup_days >= 7 && var.database_backup_days <= 35 && floor(var.database_backup_days) == var.database_backup_days
    )
    error_message = "A whole number of days from 7 to 35."
  }
}

variable "database_multi_az" {
  description = "Whether a standby in another zone takes over when a zone fails. Doubles the price of the database."
  type        = bool
  default     = false
  nullable    = false
}

# What protects against an accidental destroy.

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the database."
  type        = bool
  default     = true
  nullable    = false
}

variable "force_destroy" {
  description = "Whether `terraform destroy` also deletes buckets that hold objects."
  type        = bool
  default     = false
  nullable    = false
}

# Names.

variable "name" {
  description = "Begins the name of everything that is made; another one gives a second deployment in the same account."
  type        = string
  default     = "etlworker"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name)) && !strcontains(var.name, "--")
    error_message = "3 to 20 lower-case letters, digits and single hyphens, beginning with a letter."
  }
}

variable "vpc_cidr" {
  description = "Address range of the service's own VPC."
  type        = string
  default     = "10.88.0.0/24"
  nullable    = false

  validation {
    condition = (
      can(cidrnetmask(var.vpc_cidr)) &&
      try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 26, false)
    )
    error_message = "An IPv4 range in CIDR form from /16 to /26: it is cut into four subnets."
  }
}

variable "tags" {
  description = "Tags for everything that is made, beside Service = name."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : !startswith(key, "aws:") && length(key) <= 128 && length(value) <= 256])
    error_message = "Keys of at most 128 characters that do not begin with aws:, values of at most 256."
  }
}
