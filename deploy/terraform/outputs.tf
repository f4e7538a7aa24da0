output "landing_bucket" {
  description = "Where drops are put."
  value       = aws_s3_bucket.private["landing"].bucket
}

output "results_bucket" {
  description = "Where results and refused rows are found."
  value       = aws_s3_bucket.private["results"].bucket
}

output "definitions" {
  description = "Where pipelines are deployed: etlworker deploy DIR ADDRESS, by one of deployer_arns."
  value       = local.definitions_address
}

output "artefact_bucket" {
  description = "Where the artefact lies."
  value       = aws_s3_bucket.private["artefacts"].bucket
}

output "queue_url" {
  description = "The queue that the landing bucket notifies."
  value       = aws_sqs_queue.drops.url
}

output "dead_letter_queue_url" {
  description = "Where messages go that the worker could not read."
  value       = aws_sqs_queue.dead.url
}

output "topic_arn" {
  description = "The topic to which runs and alarms are published."
  value       = aws_sns_topic.notices.arn
}

output "database_host" {
  description = "The database's host name, reachable only from the instance."
  value       = aws_db_instance.this.address
}

output "database_secret_arn" {
  description = "The Secrets Manager secret with the database's master login."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "instance_id" {
  description = "The instance. A shell on it, unless ssh_from is set: aws ssm start-session --target ID"
  value       = aws_instance.worker.id
}

output "role_arn" {
  description = "The role that the worker runs as."
  value       = aws_iam_role.worker.arn
}

output "artefact_sha256" {
  description = "SHA-256 of the artefact that the instance installs."
  value       = local.artefact_sha256
}

output "environment" {
  description = "What the instance's /etc/etlworker/etlworker.env holds."
  value       = local.environment
}
