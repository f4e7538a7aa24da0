# The queue that the landing bucket notifies, and the one for messages that nobody can read.

resource "aws_sqs_queue" "drops" {
  name                       = "${var.name}-drops"
  message_retention_seconds  = 1209600
  receive_wait_time_seconds  = 20
  visibility_timeout_seconds = 30
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    # The worker hides an unreadable message longer each time, from half a minute to eight: a quarter of an hour in all.
    maxReceiveCount = 5
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-drops-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.drops.arn]
  })
}

locals {
  queue_names = { drops = "${var.name}-drops", dead = "${var.name}-drops-dead", successes = "${var.name}-successes" }
  queue_arns  = { for use, name in local.queue_names : use => "arn:${local.partition}:sqs:${var.region}:${local.account}:${name}" }

  refuse_without_tls = {
    for use, arn in local.queue_arns : use => {
      Sid       = "RefuseWithoutTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }
  }

  drops_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "LandingBucket"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = local.queue_arns.drops
        # A bucket's ARN has no account, and another one may take the name of a deleted bucket.
        Condition = {
          ArnEquals    = { "aws:SourceArn" = local.bucket_arns.landing }
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      },
      local.refuse_without_tls.drops,
    ]
  }
}

resource "aws_sqs_queue_policy" "drops" {
  queue_url = aws_sqs_queue.drops.id
  policy    = jsonencode(local.drops_policy)
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  policy    = jsonencode({ Version = "2012-10-17", Statement = [local.refuse_without_tls.dead] })
}
