terraform {
  # 1.9: a variable's validation may look at other variables.
  required_version = "~> 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Exact, for there is no lock file beside it: README.md says why.
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Service = var.name }, var.tags)
  }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
}

# When this deployment was first applied. It never changes by itself; `-replace=terraform_data.first_apply` sets it anew.
resource "terraform_data" "first_apply" {
  input = timestamp()

  lifecycle {
    ignore_changes = [input]
  }
}
