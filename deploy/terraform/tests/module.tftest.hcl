# What the module makes, told apart from AWS by a mock provider: terraform test, or ./check.sh, which sets all up.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }

  # The first zone does not have the instance type.
  mock_data "aws_ec2_instance_type_offerings" {
    defaults = { locations = ["eu-central-1b", "eu-central-1c"] }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:123456789012:queue", url = "https://sqs.eu-central-1.amazonaws.com/123456789012/queue" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:etlworker-notices" }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      address            = "etlworker.abc.eu-central-1.rds.amazonaws.com"
      resource_id        = "db-ABCDEFGHIJKL"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1" }]
    }
  }

  mock_resource "aws_security_group" {
    defaults = { id = "sg-mocked" }
  }
}

override_resource {
  target = aws_security_group.worker
  values = { id = "sg-worker" }
}

override_resource {
  target = aws_security_group.database
  values = { id = "sg-database" }
}

variables {
  region   = "eu-central-1"
  artefact = "tests/etlworker-0.0.0-linux-x64.tar.gz"
  emails   = ["ops@example.com"]
}

run "defaults" {
  # With mocks: nothing is made anywhere.
  command = apply

  # Least privilege.

  assert {
    condition = alltrue([
      for statement in concat(local.worker_policy.Statement, local.session_manager_policy.Statement, local.endpoint_policy.Statement,
      local.drops_policy.Statement, local.topic_policy.Statement, flatten([for policy in local.bucket_policies : policy.Statement])) :
      alltrue([for action in flatten([statement.Action]) : !strcontains(action, "*")]) if statement.Effect == "Allow"
    ])
    error_message = "A policy allows a wildcard of actions."
  }

  assert {
    condition = alltrue([
      for statement in concat(local.worker_policy.Statement, local.session_manager_policy.Statement, local.endpoint_policy.Statement,
      local.drops_policy.Statement, local.topic_policy.Statement, flatten([for policy in local.bucket_policies : policy.Statement])) :
      # Session Manager's channels: AWS knows no resource for them.
      !contains(flatten([statement.Resource]), "*") ||
      alltrue([for action in flatten([statement.Action]) : startswith(action, "ssmmessages:")])
      if statement.Effect == "Allow"
    ])
    error_message = "A policy allows something on every resource."
  }

  # What stands in those locals is what is attached.
  assert {
    condition = (
      jsondecode(aws_iam_role_policy.worker.policy) == jsondecode(jsonencode(local.worker_policy)) &&
      jsondecode(aws_iam_role_policy.session_manager[0].policy) == jsondecode(jsonencode(local.session_manager_policy)) &&
      jsondecode(aws_sqs_queue_policy.drops.policy) == jsondecode(jsonencode(local.drops_policy)) &&
      jsondecode(aws_sns_topic_policy.notices.policy) == jsondecode(jsonencode(local.topic_policy)) &&
      jsondecode(aws_vpc_endpoint.s3.policy) == jsondecode(jsonencode(local.endpoint_policy)) &&
      alltrue([
        for use, policy in aws_s3_bucket_policy.private :
        jsondecode(policy.policy) == jsondecode(jsonencode(local.bucket_policies[use]))
      ])
    )
    error_message = "A policy is attached that is not the one that these tests look at."
  }

  assert {
    condition = toset(flatten([for statement in local.worker_policy.Statement : statement.Action])) == toset([
      "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject", "s3:AbortMultipartUpload",
      "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sns:Publish",
      "rds-db:connect", "secretsmanager:GetSecretValue",
    ])
    error_message = "The worker's role has an action more or less than the program's calls."
  }

  assert {
    condition = { for statement in local.worker_policy.Statement : statement.Sid => flatten([statement.Resource]) } == {
      ReadDrops = [
        "arn:aws:s3:::etlworker-landing-123456789012-eu-central-1/orders_data/*",
        "arn:aws:s3:::etlworker-landing-123456789012-eu-central-1/reference/*",
      ]
      ListDrops = ["arn:aws:s3:::etlworker-landing-123456789012-eu-central-1"]
      WriteResults = [
        "arn:aws:s3:::etlworker-results-123456789012-eu-central-1/analytics_export/*",
        "arn:aws:s3:::etlworker-results-123456789012-eu-central-1/rejected/*",
      ]
      ReadDefinitions   = ["arn:aws:s3:::etlworker-definitions-123456789012-eu-central-1/pipelines/*"]
      ListDefinitions   = ["arn:aws:s3:::etlworker-definitions-123456789012-eu-central-1"]
      ReceiveEvents     = ["arn:aws:sqs:eu-central-1:123456789012:etlworker-drops"]
      Notify            = ["arn:aws:sns:eu-central-1:123456789012:etlworker-notices"]
      ConnectToDatabase = ["arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-ABCDEFGHIJKL/etlworker"]
      FetchArtefact     = ["arn:aws:s3:::etlworker-artefacts-123456789012-eu-central-1/releases/*"]
      PrepareDatabase   = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1"]
    }
    error_message = "The worker's role reaches other resources than its own."
  }

  assert {
    condition = (
      local.worker_policy.Statement[9].Condition.DateLessThan["aws:CurrentTime"] == timeadd(terraform_data.first_apply.output, "2h") &&
      timecmp(timeadd(terraform_data.first_apply.output, "1h"), timestamp()) > 0
    )
    error_message = "The master secret can be read for longer than two hours after the first apply."
  }

  # The instance.

  assert {
    condition = (
      aws_instance.worker.metadata_options[0].http_tokens == "required" &&
      aws_instance.worker.metadata_options[0].http_put_response_hop_limit == 1
    )
    error_message = "The instance's metadata can be read without a token (IMDSv1), or from behind it."
  }

  assert {
    condition     = aws_instance.worker.root_block_device[0].encrypted && aws_instance.worker.instance_type == "t2.micro"
    error_message = "The instance's disk is not encrypted, or it is no t2.micro."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.ssh) == 0 && length(aws_iam_role_policy.session_manager) == 1
    error_message = "Without ssh_from there is a port 22, or no Session Manager."
  }

  assert {
    condition     = length(aws_instance.worker.user_data) < 16384 && strcontains(aws_instance.worker.user_data, filesha256(var.artefact))
    error_message = "The user data is too large, or does not name the artefact's SHA-256."
  }

  assert {
    condition = (
      strcontains(aws_instance.worker.user_data, base64encode(output.environment)) &&
      strcontains(aws_instance.worker.user_data, "https://truststore.pki.rds.amazonaws.com/eu-central-1/eu-central-1-bundle.pem") &&
      !strcontains(lower(output.environment), "password") && aws_instance.worker.user_data_replace_on_change
    )
    error_message = "The user data lacks the configuration or the CA's address, or the configuration speaks of a password."
  }

  assert {
    condition     = aws_subnet.worker.availability_zone == "eu-central-1b"
    error_message = "The instance's zone does not have its type."
  }

  # The buckets.

  assert {
    condition = length(aws_s3_bucket_public_access_block.private) == 4 && alltrue([
      for block in aws_s3_bucket_public_access_block.private :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "A bucket can be made public."
  }

  assert {
    condition = length(aws_s3_bucket_policy.private) == 4 && alltrue([
      for use, policy in local.bucket_policies : length([
        for statement in policy.Statement : statement if statement.Effect == "Deny" && statement.Principal == "*" &&
        statement.Action == "s3:*" && statement.Resource == [local.bucket_arns[use], "${local.bucket_arns[use]}/*"] &&
        statement.Condition == { Bool = { "aws:SecureTransport" = "false" } }
      ]) == 1
    ])
    error_message = "A bucket can be reached without TLS."
  }

  assert {
    condition = (
      alltrue([for bucket in aws_s3_bucket.private : bucket.force_destroy == false]) &&
      alltrue([for versioning in aws_s3_bucket_versioning.private : versioning.versioning_configuration[0].status == "Enabled"]) &&
      alltrue([for controls in aws_s3_bucket_ownership_controls.private : controls.rule[0].object_ownership == "BucketOwnerEnforced"]) &&
      alltrue([
        for encryption in aws_s3_bucket_server_side_encryption_configuration.private :
        one(one(encryption.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
      ])
    )
    error_message = "A bucket is not versioned, not encrypted, takes foreign ACLs, or is destroyed with its objects."
  }

  assert {
    condition = alltrue([
      for use, policy in local.bucket_policies : alltrue([for statement in policy.Statement : statement.Effect == "Deny"])
    ])
    error_message = "Without uploader_arns and deployer_arns a bucket's policy allows somebody something."
  }

  # The queues and the topic.

  assert {
    condition = (
      length([for statement in local.drops_policy.Statement : statement if statement.Effect == "Allow"]) == 1 &&
      local.drops_policy.Statement[0].Principal == { Service = "s3.amazonaws.com" } &&
      local.drops_policy.Statement[0].Action == "sqs:SendMessage" &&
      local.drops_policy.Statement[0].Condition == {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:s3:::etlworker-landing-123456789012-eu-central-1" }
        StringEquals = { "aws:SourceAccount" = "123456789012" }
      }
    )
    error_message = "Others than the landing bucket of this account may send to the queue."
  }

  assert {
    condition = alltrue([
      for policy in [
        aws_sqs_queue_policy.drops.policy, aws_sqs_queue_policy.dead.policy, aws_sqs_queue_policy.successes.policy,
        aws_sns_topic_policy.notices.policy
      ] :
      length([
        for statement in jsondecode(policy).Statement : statement if statement.Effect == "Deny" && statement.Principal == "*" &&
        statement.Condition == { Bool = { "aws:SecureTransport" = "false" } }
      ]) == 1
    ])
    error_message = "A queue or the topic can be reached without TLS."
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue.drops.redrive_policy).maxReceiveCount == 5 && aws_sqs_queue.drops.message_retention_seconds == 1209600 &&
      aws_sqs_queue.dead.message_retention_seconds == 1209600 && aws_sqs_queue.drops.receive_wait_time_seconds == 20 &&
      alltrue([for queue in [aws_sqs_queue.drops, aws_sqs_queue.dead, aws_sqs_queue.successes] : queue.sqs_managed_sse_enabled]) &&
      jsondecode(aws_sqs_queue_redrive_allow_policy.dead.redrive_allow_policy).redrivePermission == "byQueue"
    )
    error_message = "A queue is not encrypted, forgets too soon, or has no dead-letter queue of its own."
  }

  assert {
    condition = (
      local.topic_policy.Statement[0].Principal == { Service = "cloudwatch.amazonaws.com" } &&
      local.topic_policy.Statement[0].Condition == {
        ArnLike = { "aws:SourceArn" = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:etlworker-*" }
      }
    )
    error_message = "Others than this account's alarms may publish to the topic."
  }

  assert {
    condition = [
      for subscription in aws_sns_topic_subscription.email : "${subscription.protocol} ${subscription.endpoint}"
    ] == ["email ops@example.com"]
    error_message = "The address is not subscribed."
  }

  # The database.

  assert {
    condition = (
      aws_db_instance.this.storage_encrypted && aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null &&
      aws_db_instance.this.iam_database_authentication_enabled && !aws_db_instance.this.publicly_accessible &&
      aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot &&
      aws_db_instance.this.backup_retention_period == 7 && aws_db_instance.this.auto_minor_version_upgrade
    )
    error_message = "The database is not encrypted, public, has a password in the state, no IAM login, or may be lost."
  }

  assert {
    condition     = [for parameter in aws_db_parameter_group.this.parameter : "${parameter.name}=${parameter.value}"] == ["rds.force_ssl=1"]
    error_message = "The database can be reached without TLS."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.database.security_group_id == "sg-database" &&
      aws_vpc_security_group_ingress_rule.database.referenced_security_group_id == "sg-worker" &&
      aws_vpc_security_group_ingress_rule.database.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.database.from_port == 5432 &&
      aws_vpc_security_group_ingress_rule.database.to_port == 5432 && aws_db_instance.this.vpc_security_group_ids == toset(["sg-database"])
    )
    error_message = "The database's port is open to others than the worker."
  }

  assert {
    condition = [
      for rule in [aws_vpc_security_group_egress_rule.https, aws_vpc_security_group_egress_rule.database] :
      "${rule.ip_protocol} ${rule.from_port}-${rule.to_port}"
    ] == ["tcp 443-443", "tcp 5432-5432"]
    error_message = "The instance may reach more than HTTPS and its database."
  }

  # The alarms.

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.no_success.treat_missing_data == "breaching" &&
      aws_cloudwatch_metric_alarm.no_success.evaluation_periods == 26 &&
      aws_cloudwatch_metric_alarm.no_success.datapoints_to_alarm == 26 && aws_cloudwatch_metric_alarm.no_success.period == 3600 &&
      aws_cloudwatch_metric_alarm.no_success.threshold == 1 &&
      aws_cloudwatch_metric_alarm.no_success.comparison_operator == "LessThanThreshold" &&
      aws_cloudwatch_metric_alarm.no_success.dimensions == tomap({ QueueName = "etlworker-successes" }) &&
      jsondecode(aws_sns_topic_subscription.successes.filter_policy) == { status = ["succeeded"] }
    )
    error_message = "A day without a success is not told."
  }

  assert {
    condition = alltrue([
      for alarm in [
        aws_cloudwatch_metric_alarm.dead_letters, aws_cloudwatch_metric_alarm.queue_age, aws_cloudwatch_metric_alarm.system_status,
        aws_cloudwatch_metric_alarm.instance_status, aws_cloudwatch_metric_alarm.no_success, aws_cloudwatch_metric_alarm.database_storage,
      ] : contains(alarm.alarm_actions, aws_sns_topic.notices.arn) && startswith(alarm.alarm_name, "etlworker-")
    ])
    error_message = "An alarm is not told, or has a name that the topic's policy does not let in."
  }

  assert {
    condition = (
      contains(aws_cloudwatch_metric_alarm.system_status.alarm_actions, "arn:aws:automate:eu-central-1:ec2:recover") &&
      contains(aws_cloudwatch_metric_alarm.instance_status.alarm_actions, "arn:aws:automate:eu-central-1:ec2:reboot")
    )
    error_message = "A broken instance is not mended by itself."
  }
}

run "ssh" {
  command = apply

  variables {
    ssh_from     = "203.0.113.7/32"
    ssh_key_name = "ops"
  }

  assert {
    condition = (
      one(aws_vpc_security_group_ingress_rule.ssh).cidr_ipv4 == "203.0.113.7/32" &&
      one(aws_vpc_security_group_ingress_rule.ssh).from_port == 22 &&
      one(aws_vpc_security_group_ingress_rule.ssh).to_port == 22 &&
      one(aws_vpc_security_group_ingress_rule.ssh).security_group_id == "sg-worker" &&
      aws_instance.worker.key_name == "ops"
    )
    error_message = "SSH is not open to that address, or to more."
  }

  assert {
    condition     = length(aws_iam_role_policy.session_manager) == 0
    error_message = "With SSH, Session Manager is open too."
  }
}

run "uploaders" {
  command = apply

  variables {
    uploader_arns = ["arn:aws:iam::210987654321:user/on-premise"]
    feed_prefixes = ["orders_data/"]
  }

  assert {
    condition = jsondecode(jsonencode([
      for statement in local.bucket_policies.landing.Statement : statement if statement.Effect == "Allow"
      ])) == [{
      Sid       = "Uploaders"
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::210987654321:user/on-premise"] }
      Action    = ["s3:PutObject", "s3:AbortMultipartUpload"]
      Resource  = ["arn:aws:s3:::etlworker-landing-123456789012-eu-central-1/orders_data/*"]
    }]
    error_message = "The uploaders may do more or less than put drops under the feeds' prefixes."
  }

  assert {
    condition = alltrue([
      for use in ["results", "artefacts", "definitions"] :
      alltrue([for statement in local.bucket_policies[use].Statement : statement.Effect == "Deny"])
    ])
    error_message = "The uploaders reach a bucket that is not theirs."
  }
}

run "deployers" {
  command = apply

  variables {
    deployer_arns = ["arn:aws:iam::123456789012:role/deployer"]
    definition    = "deployed"
  }

  assert {
    condition = jsondecode(jsonencode([
      for statement in local.bucket_policies.definitions.Statement : statement if statement.Effect == "Allow"
      ])) == jsondecode(jsonencode([
      {
        Sid       = "Deployers"
        Effect    = "Allow"
        Principal = { AWS = ["arn:aws:iam::123456789012:role/deployer"] }
        Action    = ["s3:PutObject", "s3:DeleteObject"]
        Resource  = ["arn:aws:s3:::etlworker-definitions-123456789012-eu-central-1/pipelines/*"]
      },
      {
        Sid       = "DeployersList"
        Effect    = "Allow"
        Principal = { AWS = ["arn:aws:iam::123456789012:role/deployer"] }
        Action    = ["s3:ListBucket"]
        Resource  = ["arn:aws:s3:::etlworker-definitions-123456789012-eu-central-1"]
      },
    ]))
    error_message = "The deployers may do more or less than put and delete definitions."
  }

  assert {
    condition = alltrue([
      for use in ["landing", "results", "artefacts"] :
      alltrue([for statement in local.bucket_policies[use].Statement : statement.Effect == "Deny"])
    ])
    error_message = "The deployers reach a bucket that is not theirs."
  }

  assert {
    condition = strcontains(
      local.environment,
      "ETLWORKER__PIPELINE__DEFINITION=s3://etlworker-definitions-123456789012-eu-central-1/pipelines/"
    )
    error_message = "The worker does not look where pipelines are deployed."
  }
}

run "a_public_source" {
  command = apply

  variables {
    public_source = { bucket = "their-bucket", region = "eu-west-1" }
  }

  assert {
    condition = alltrue([
      for line in [
        "ETLWORKER__PIPELINE__BUCKET=their-bucket", "ETLWORKER__PIPELINE__ANONYMOUS=true", "ETLWORKER__PIPELINE__REGION=eu-west-1",
        "ETLWORKER__PIPELINE__RESULTSBUCKET=etlworker-results-123456789012-eu-central-1",
      ] : contains(split("\n", local.environment), line)
    ]) && !strcontains(local.environment, "QUEUE__URL")
    error_message = "The worker does not look at the public bucket."
  }

  assert {
    condition = one([
      for statement in local.endpoint_policy.Statement : statement.Resource if statement.Sid == "PublicSource"
    ]) == ["arn:aws:s3:::their-bucket", "arn:aws:s3:::their-bucket/*"]
    error_message = "The endpoint does not let the worker reach the public bucket."
  }
}
