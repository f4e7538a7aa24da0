# The topic to which the worker and the alarms publish, and who is subscribed.

resource "aws_sns_topic" "notices" {
  name = "${var.name}-notices"
}

locals {
  topic_arn = "arn:${local.partition}:sns:${var.region}:${local.account}:${var.name}-notices"

  topic_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        # The worker is not named here: it may publish by its role.
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = {
          ArnLike = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${var.region}:${local.account}:alarm:${var.name}-*" }
        }
      },
      {
        Sid       = "RefuseWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  }
}

resource "aws_sns_topic_policy" "notices" {
  arn    = aws_sns_topic.notices.arn
  policy = jsonencode(local.topic_policy)
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.notices.arn
  protocol  = "email"
  endpoint  = each.value
}

# A dead worker cannot mail. This queue gets a message for each run that succeeded; nobody reads it, an alarm counts them.
resource "aws_sqs_queue" "successes" {
  name                      = local.queue_names.successes
  message_retention_seconds = 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "successes" {
  queue_url = aws_sqs_queue.successes.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Topic"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = local.queue_arns.successes
        Condition = { ArnEquals = { "aws:SourceArn" = local.topic_arn } }
      },
      local.refuse_without_tls.successes,
    ]
  })
}

resource "aws_sns_topic_subscription" "successes" {
  topic_arn     = aws_sns_topic.notices.arn
  protocol      = "sqs"
  endpoint      = aws_sqs_queue.successes.arn
  filter_policy = jsonencode({ status = ["succeeded"] })

  depends_on = [aws_sqs_queue_policy.successes]
}
