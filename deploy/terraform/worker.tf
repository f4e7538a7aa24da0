# The instance, what it is given at its first boot, and what it may do.

# https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

locals {
  # The database's resource and the login in it, as rds-db:connect names them.
  database_user     = "${aws_db_instance.this.resource_id}/${local.database_login}"
  connection_string = "Host=${aws_db_instance.this.address};Database=${local.database_name};Username=${local.database_login}"

  # The keys of README.md's table "Configuration". Nothing here is a secret.
  # A public bucket is looked at, and there is no queue.
  source = var.public_source == null ? {
    ETLWORKER__QUEUE__URL       = aws_sqs_queue.drops.url
    ETLWORKER__PIPELINE__BUCKET = local.bucket_names.landing
    } : {
    ETLWORKER__PIPELINE__BUCKET    = var.public_source.bucket
    ETLWORKER__PIPELINE__ANONYMOUS = "true"
    ETLWORKER__PIPELINE__REGION    = var.public_source.region
  }

  environment = <<-ENV
    AWS_REGION=${var.region}
    ${join("\n", [for key, value in local.source : "${key}=${value}"])}
    ETLWORKER__PIPELINE__RESULTSBUCKET=${local.bucket_names.results}
    ETLWORKER__PIPELINE__DEFINITION=${var.definition == "deployed" ? local.definitions_address : var.definition}
    ETLWORKER__NOTIFY__TOPICARN=${aws_sns_topic.notices.arn}
    ETLWORKER__DATABASE__CONNECTIONSTRING=${local.connection_string}
    ETLWORKER__DATABASE__AUTHENTICATION=iam
  ENV

  user_data = templatefile("${path.module}/../cloud-init.yaml", {
    region              = var.region
    artefact_bucket     = local.bucket_names.artefacts
    artefact_key        = local.artefact_key
    artefact_sha256     = local.artefact_sha256
    rds_ca_url          = local.rds_ca_url
    environment_base64  = base64encode(local.environment)
    database_host       = aws_db_instance.this.address
    database_name       = local.database_name
    database_secret_arn = aws_db_instance.this.master_user_secret[0].secret_arn
  })

  # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
  rds_ca_url = "https://truststore.pki.rds.amazonaws.com/${var.region}/${var.region}-bundle.pem"
}

resource "aws_instance" "worker" {
  ami                         = data.aws_ssm_parameter.image.insecure_value
  instance_type               = var.instance_type
  subnet_id                   = aws_subnet.worker.id
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.worker.id]
  iam_instance_profile        = aws_iam_instance_profile.worker.name
  key_name                    = var.ssh_key_name

  # All that must last is in the database, the buckets and the queue: another artefact or configuration is another instance.
  user_data                   = local.user_data
  user_data_replace_on_change = true

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 8
    encrypted   = true
  }

  tags        = { Name = var.name }
  volume_tags = { Name = var.name, Service = var.name }

  lifecycle {
    # A newer image comes when it is asked for: terraform apply -replace=aws_instance.worker
    ignore_changes = [ami]

    precondition {
      condition     = length(local.user_data) < 16384
      error_message = "cloud-init.yaml is larger than the 16 KB that EC2 takes."
    }
  }

  # All that the first boot needs.
  depends_on = [
    aws_iam_role_policy.worker, aws_iam_role_policy.session_manager, aws_s3_object.artefact, aws_s3_bucket_notification.landing,
    aws_route.internet, aws_route_table_association.worker, aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.https, aws_vpc_security_group_egress_rule.database, aws_vpc_security_group_ingress_rule.database,
  ]
}

resource "aws_iam_instance_profile" "worker" {
  name = "${var.name}-worker"
  role = aws_iam_role.worker.name
}

resource "aws_iam_role" "worker" {
  name        = "${var.name}-worker"
  description = "The instance of ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# Each statement is a call that the program makes; the comment names the code that makes it.
locals {
  definitions_address = "s3://${local.bucket_names.definitions}/${local.definitions_prefix}"

  worker_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        # Objects/ObjectStore: OpenAsync, with a version or without; HeadAsync.
        Sid      = "ReadDrops"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = [for prefix in var.feed_prefixes : "${local.bucket_arns.landing}/${prefix}*"]
      },
      {
        # Objects/ObjectStore: ListAsync. Not limited by s3:prefix: S3 answers 404 for a drop that is gone only to who may list
        # without one, and 403 to others.
        Sid      = "ListDrops"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = local.bucket_arns.landing
      },
      {
        # Objects/ObjectStore: PutAsync, in one piece or in parts, which have no action of their own.
        Sid      = "WriteResults"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:AbortMultipartUpload"]
        Resource = [for prefix in var.result_prefixes : "${local.bucket_arns.results}/${prefix}*"]
      },
      {
        # Objects/S3Tree: ReadAsync. Nothing is written there by the worker.
        Sid      = "ReadDefinitions"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${local.bucket_arns.definitions}/${local.definitions_prefix}*"
      },
      {
        # Objects/S3Tree: ListAsync; and 404 for a file that is not there.
        Sid      = "ListDefinitions"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = local.bucket_arns.definitions
      },
      {
        # Triggering/QueueListener; DeleteMessageBatch is allowed by sqs:DeleteMessage.
        Sid      = "ReceiveEvents"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
        Resource = local.queue_arns.drops
      },
      {
        # Notify/SnsTopic.
        Sid      = "Notify"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = local.topic_arn
      },
      {
        # Storage/Database: an IAM token instead of a password, for this login only.
        Sid      = "ConnectToDatabase"
        Effect   = "Allow"
        Action   = "rds-db:connect"
        Resource = "arn:${local.partition}:rds-db:${var.region}:${local.account}:dbuser:${local.database_user}"
      },
      {
        # cloud-init.yaml: the artefact of the first boot, and those that etlworker-fetch is asked for later.
        Sid      = "FetchArtefact"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${local.bucket_arns.artefacts}/releases/*"
      },
      {
        # cloud-init.yaml, to make the login `etlworker`; the first boot is over long before.
        Sid       = "PrepareDatabase"
        Effect    = "Allow"
        Action    = "secretsmanager:GetSecretValue"
        Resource  = aws_db_instance.this.master_user_secret[0].secret_arn
        Condition = { DateLessThan = { "aws:CurrentTime" = timeadd(terraform_data.first_apply.output, "2h") } }
      },
    ]
  }

  # What Session Manager needs and no more: no run command, no parameters, no inventory.
  # https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
  session_manager_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Register"
        Effect   = "Allow"
        Action   = "ssm:UpdateInstanceInformation"
        Resource = "arn:${local.partition}:ec2:${var.region}:${local.account}:instance/*"
      },
      {
        # These know no resource but all.
        Sid    = "Sessions"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      },
    ]
  }
}

resource "aws_iam_role_policy" "worker" {
  name   = "worker"
  role   = aws_iam_role.worker.id
  policy = jsonencode(local.worker_policy)
}

resource "aws_iam_role_policy" "session_manager" {
  count = var.ssh_from == null ? 1 : 0

  name   = "session-manager"
  role   = aws_iam_role.worker.id
  policy = jsonencode(local.session_manager_policy)
}
