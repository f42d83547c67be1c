variable "agent" {
  description = "Pub/Sub's own identity in this project, as IAM names it."
  type        = string
}

variable "audience" {
  description = "What the push's token is made for: the worker's service and no other."
  type        = string
}

variable "caller" {
  description = "The service account that Pub/Sub calls as."
  type        = string
}

variable "endpoint" {
  description = "The address of the worker's service."
  type        = string
}

variable "kms_key" {
  description = "A key of your own, or null."
  type        = string
  default     = null
}

variable "name" {
  description = "The topic without its prefix: the last part of the worker's path."
  type        = string
}

variable "project_id" {
  description = "The project."
  type        = string
}

variable "publishers" {
  description = "Who may publish: a name of ours → its identity."
  type        = map(string)
}

variable "region" {
  description = "Where messages are kept."
  type        = string
}
