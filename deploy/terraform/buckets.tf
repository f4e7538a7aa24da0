# Four private buckets: where drops land, where results go, where the artefact lies, where definitions are deployed.

locals {
  # A bucket's name is worldwide: the account and region make it ours.
  bucket_uses  = ["landing", "results", "artefacts", "definitions"]
  bucket_names = { for use in local.bucket_uses : use => "${var.name}-${use}-${local.account}-${var.region}" }
  bucket_arns  = { for use, name in local.bucket_names : use => "arn:${local.partition}:s3:::${name}" }

  # Below it a folder for each pipeline.
  definitions_prefix = "pipelines/"

  bucket_policies = {
    for use, arn in local.bucket_arns : use => {
      Version = "2012-10-17"
      Statement = concat(
        [
          {
            Sid       = "RefuseWithoutTls"
            Effect    = "Deny"
            Principal = "*"
            Action    = "s3:*"
            Resource  = [arn, "${arn}/*"]
            Condition = { Bool = { "aws:SecureTransport" = "false" } }
          },
        ],
        [
          for statement in [
            {
              Sid       = "Uploaders"
              Effect    = "Allow"
              Principal = { AWS = var.uploader_arns }
              Action    = ["s3:PutObject", "s3:AbortMultipartUpload"]
              Resource  = [for prefix in var.feed_prefixes : "${arn}/${prefix}*"]
            },
          ] : statement if use == "landing" && length(var.uploader_arns) > 0
        ],
        # Whoever may write here may have SQL run: etlworker deploy puts, and a pipeline is removed by deleting its folder.
        [
          for statement in [
            {
              Sid       = "Deployers"
              Effect    = "Allow"
              Principal = { AWS = var.deployer_arns }
              Action    = ["s3:PutObject", "s3:DeleteObject"]
              Resource  = ["${arn}/${local.definitions_prefix}*"]
            },
            {
              Sid       = "DeployersList"
              Effect    = "Allow"
              Principal = { AWS = var.deployer_arns }
              Action    = ["s3:ListBucket"]
              Resource  = [arn]
            },
          ] : statement if use == "definitions" && length(var.deployer_arns) > 0
        ],
      )
    }
  }
}

resource "aws_s3_bucket" "private" {
  for_each = local.bucket_names

  bucket        = each.value
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "private" {
  for_each = aws_s3_bucket.private

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "private" {
  for_each = aws_s3_bucket.private

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "private" {
  for_each = aws_s3_bucket.private

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# A drop is read by its version, also when the next one has overwritten it.
resource "aws_s3_bucket_versioning" "private" {
  for_each = aws_s3_bucket.private

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "private" {
  for_each = aws_s3_bucket_versioning.private

  bucket = each.value.bucket

  rule {
    id     = "broken-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "former-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }
  }
}

resource "aws_s3_bucket_policy" "private" {
  for_each = aws_s3_bucket_public_access_block.private

  bucket = each.value.bucket
  policy = jsonencode(local.bucket_policies[each.key])
}

resource "aws_s3_bucket_notification" "landing" {
  bucket = aws_s3_bucket.private["landing"].id

  queue {
    id        = "drops"
    queue_arn = aws_sqs_queue.drops.arn
    events    = ["s3:ObjectCreated:*"]
  }

  # S3 tries the queue before it takes the notification.
  depends_on = [aws_sqs_queue_policy.drops]
}

locals {
  artefact_key    = "releases/${basename(var.artefact)}"
  artefact_sha256 = filesha256(var.artefact)
}

resource "aws_s3_object" "artefact" {
  bucket      = aws_s3_bucket_versioning.private["artefacts"].bucket
  key         = local.artefact_key
  source      = var.artefact
  source_hash = local.artefact_sha256
}
