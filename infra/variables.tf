variable "alert_emails" {
  description = <<-EOT
    Who is told by e-mail when something is wrong. A budget speaks by e-mail alone:
    the address of a Slack channel here brings it there as well.
  EOT
  type        = list(string)

  validation {
    condition     = length(var.alert_emails) > 0
    error_message = "Name at least one address: an alert that nobody gets is none."
  }

  validation {
    condition     = length(var.alert_emails) <= 5
    error_message = "A budget writes to five addresses at most: name a group."
  }
}

variable "billing_account" {
  description = "The billing account, as 000000-000000-000000: it has the budget."
  type        = string
}

variable "budget" {
  description = "What a month may cost, in the currency of the billing account."
  type        = number
}

variable "database" {
  description = <<-EOT
    Cloud SQL. Connections: more than all instances together may open, which a
    check holds against the table of services. The instance has another name once
    a backup was restored beside it (docs/runbook.md, "Restoring").
  EOT
  type = object({
    connections      = number
    disk_gb          = number
    highly_available = bool
    instance         = optional(string, "sight")
    tier             = string
  })
}

variable "domain" {
  description = "The name that people type. Its A record points to the output `address`."
  type        = string
}

variable "environment" {
  description = "Which of the two this is."
  type        = string

  validation {
    condition     = contains(["production", "staging"], var.environment)
    error_message = "Say production or staging: the services switch to JSON logs and HSTS by it."
  }
}

variable "image_digests" {
  description = <<-EOT
    The digest of each image (name → sha256:…), made of what deploy/build says
    (docs/deploy.md). They count when a service is made; after that the pipeline
    owns its image.
  EOT
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for digest in values(var.image_digests) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "Images go by digest: sha256: and 64 hexadecimal digits."
  }
}

variable "kms_key" {
  description = "A key of your own for files and database, or null for Google's."
  type        = string
  default     = null
}

variable "mail_from" {
  description = "Who sends e-mails, as \"Sight <sight@example.com>\"."
  type        = string
}

variable "max_instances" {
  description = "The most instances of any one service, whatever its row says. Staging is kept small by it."
  type        = number
  default     = 100
}

variable "model" {
  description = <<-EOT
    Which model writes, and which makes vectors: the variables of the functions
    that begin with MODEL_, EMBEDDING_ and RERANK_, without keys. Keys are
    secrets: name the variables that need one in `keys`.
  EOT
  type = object({
    keys      = optional(list(string), [])
    variables = map(string)
  })

  validation {
    condition     = alltrue([for key in var.model.keys : contains(["EMBEDDING_API_KEY", "MODEL_API_KEY", "RERANK_API_KEY"], key)])
    error_message = "Keys are MODEL_API_KEY, EMBEDDING_API_KEY and RERANK_API_KEY."
  }

  validation {
    condition     = !anytrue([for name in keys(var.model.variables) : endswith(name, "_KEY")])
    error_message = "A key is a secret: put its name into `keys`, and its value into Secret Manager."
  }
}

variable "neo4j" {
  description = <<-EOT
    Where the graph is. Null: Aura, whose address and password are secrets.
    Otherwise a machine of our own: its type, its disk in GB, and the digest of
    Neo4j's image in our registry.
  EOT
  type = object({
    disk_gb      = number
    image_digest = string
    machine_type = string
  })
  default = null
}

variable "operators" {
  description = "A Google group whose members look into the database, by IAM and read-only, and sign in on Neo4j's machine."
  type        = string
}

variable "project_id" {
  description = "The Google Cloud project. One for each environment."
  type        = string
}

variable "project_number" {
  description = "Its number: Google's own agents are named by it (gcloud projects describe)."
  type        = string

  validation {
    condition     = can(regex("^[0-9]+$", var.project_number))
    error_message = "The number, not the id: gcloud projects describe PROJECT --format='value(projectNumber)'."
  }
}

variable "redis" {
  description = "Memorystore."
  type = object({
    memory_gb = number
    tier      = string
  })

  validation {
    condition     = contains(["BASIC", "STANDARD_HA"], var.redis.tier)
    error_message = "The tier is BASIC or STANDARD_HA."
  }
}

variable "region" {
  description = "Where everything runs."
  type        = string
  default     = "europe-central2"
}

variable "repository" {
  description = "The repository on GitHub that Cloud Build watches, or null for builds by hand only."
  type = object({
    branch = string
    name   = string
    owner  = string
  })
  default = null
}

variable "slack_channel" {
  description = <<-EOT
    The id of a notification channel of type Slack, or null. It is made once in
    the console, because Slack hands its token to Google and to nobody else:
    so the token is in no state and in no variable.
  EOT
  type        = string
  default     = null
}

variable "traffic" {
  description = <<-EOT
    For emergencies only: service → revision → percent. The pipeline owns
    traffic, so this runs the same script once when it changes.
  EOT
  type        = map(map(number))
  default     = {}

  validation {
    condition     = alltrue([for shares in values(var.traffic) : sum(concat([0], values(shares))) == 100])
    error_message = "The shares of a service add up to 100."
  }
}
