# Values that the variables refuse, each with a message that says what is wanted.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b"] }
  }

  mock_data "aws_ec2_instance_type_offerings" {
    defaults = { locations = ["eu-central-1a"] }
  }
}

variables {
  region   = "eu-central-1"
  artefact = "tests/etlworker-0.0.0-linux-x64.tar.gz"
  emails   = ["ops@example.com"]
}

run "a_region_that_is_none" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}

run "a_region_of_china" {
  command = plan

  variables {
    region = "cn-north-1"
  }

  expect_failures = [var.region]
}

run "an_artefact_that_is_not_there" {
  command = plan

  variables {
    artefact = "no-such.tar.gz"
  }

  expect_failures = [var.artefact]
}

run "an_artefact_that_is_no_archive" {
  command = plan

  variables {
    artefact = "versions.tf"
  }

  expect_failures = [var.artefact]
}

run "nobody_to_tell" {
  command = plan

  variables {
    emails = []
  }

  expect_failures = [var.emails]
}

run "an_address_that_is_none" {
  command = plan

  variables {
    emails = ["ops"]
  }

  expect_failures = [var.emails]
}

run "everybody_as_uploader" {
  command = plan

  variables {
    uploader_arns = ["*"]
  }

  expect_failures = [var.uploader_arns]
}

run "a_whole_account_as_uploader" {
  command = plan

  variables {
    uploader_arns = ["arn:aws:iam::123456789012:root"]
  }

  expect_failures = [var.uploader_arns]
}

run "wildcard_uploaders" {
  command = plan

  variables {
    uploader_arns = ["arn:aws:iam::123456789012:role/*"]
  }

  expect_failures = [var.uploader_arns]
}

run "the_whole_bucket_as_feed" {
  command = plan

  variables {
    feed_prefixes = [""]
  }

  expect_failures = [var.feed_prefixes]
}

run "a_wildcard_prefix" {
  command = plan

  variables {
    feed_prefixes = ["*/"]
  }

  expect_failures = [var.feed_prefixes]
}

run "a_prefix_without_its_slash" {
  command = plan

  variables {
    feed_prefixes = ["orders_data"]
  }

  expect_failures = [var.feed_prefixes]
}

run "results_without_rejects" {
  command = plan

  variables {
    result_prefixes = ["analytics_export/"]
  }

  expect_failures = [var.result_prefixes]
}

run "a_definition_with_a_space" {
  command = plan

  variables {
    definition = "/opt/my pipeline.json"
  }

  expect_failures = [var.definition]
}

run "too_few_days_of_versions" {
  command = plan

  variables {
    noncurrent_days = 1
  }

  expect_failures = [var.noncurrent_days]
}

run "an_arm_instance" {
  command = plan

  variables {
    instance_type = "t4g.micro"
  }

  expect_failures = [var.instance_type]
}

run "ssh_from_everywhere" {
  command = plan

  variables {
    ssh_from     = "0.0.0.0/0"
    ssh_key_name = "ops"
  }

  expect_failures = [var.ssh_from]
}

run "ssh_from_half_of_everywhere" {
  command = plan

  variables {
    ssh_from     = "0.0.0.0/1"
    ssh_key_name = "ops"
  }

  expect_failures = [var.ssh_from]
}

run "ssh_without_a_key" {
  command = plan

  variables {
    ssh_from = "203.0.113.7/32"
  }

  expect_failures = [var.ssh_from]
}

run "a_key_without_ssh" {
  command = plan

  variables {
    ssh_key_name = "ops"
  }

  expect_failures = [var.ssh_from]
}

run "an_old_postgresql" {
  command = plan

  variables {
    database_version = "13"
  }

  expect_failures = [var.database_version]
}

run "a_class_that_is_none" {
  command = plan

  variables {
    database_instance_class = "t4g.micro"
  }

  expect_failures = [var.database_instance_class]
}

run "too_little_storage" {
  command = plan

  variables {
    database_storage_gb = 5
  }

  expect_failures = [var.database_storage_gb]
}

run "no_backups" {
  command = plan

  variables {
    database_backup_days = 0
  }

  expect_failures = [var.database_backup_days]
}

run "a_name_in_capitals" {
  command = plan

  variables {
    name = "EtlWorker"
  }

  expect_failures = [var.name]
}

run "a_name_too_long" {
  command = plan

  variables {
    name = "a-name-of-more-than-20-letters"
  }

  expect_failures = [var.name]
}

run "a_network_too_small" {
  command = plan

  variables {
    vpc_cidr = "10.0.0.0/28"
  }

  expect_failures = [var.vpc_cidr]
}

run "a_tag_of_aws" {
  command = plan

  variables {
    tags = { "aws:mine" = "x" }
  }

  expect_failures = [var.tags]
}

run "a_type_that_no_zone_has" {
  command = plan

  override_data {
    target = data.aws_ec2_instance_type_offerings.worker
    values = { locations = [] }
  }

  expect_failures = [aws_subnet.worker]
}

run "a_public_source_without_a_region" {
  command = plan

  variables {
    public_source = { bucket = "their-bucket", region = "Ireland" }
  }

  expect_failures = [var.public_source]
}
