terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.40, < 8"
    }
  }

  # the bucket is named at `terraform init -backend-config="bucket=…"`: one
  # for each environment, made once by deploy/bootstrap
  backend "gcs" {
    prefix = "sight"
  }
}

provider "google" {
  project = var.project_id
  region  = var.region

  # a budget belongs to the billing account: its API asks who pays for the call
  billing_project       = var.project_id
  user_project_override = true

  default_labels = {
    app         = "sight"
    environment = var.environment
  }
}
