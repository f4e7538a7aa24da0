# PostgreSQL on RDS: reached only by the worker, only with TLS; the master password is kept by RDS and never seen here.

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = aws_subnet.database[*].id
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${var.database_version}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  lifecycle {
    # Another major version needs another family while the old one is still in use.
    create_before_destroy = true
  }
}

# Made before the database would make them, for those it makes keep everything for ever.
resource "aws_cloudwatch_log_group" "database" {
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.value}"
  retention_in_days = 30
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.database_version
  instance_class = var.database_instance_class
  multi_az       = var.database_multi_az

  storage_type          = "gp3"
  allocated_storage     = var.database_storage_gb
  max_allocated_storage = 5 * var.database_storage_gb
  storage_encrypted     = true

  db_name                             = local.database_name
  username                            = "postgres"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true
  parameter_group_name                = aws_db_parameter_group.this.name

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false
  port                   = 5432

  auto_minor_version_upgrade      = true
  backup_retention_period         = var.database_backup_days
  copy_tags_to_snapshot           = true
  delete_automated_backups        = false
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.name}-final-${formatdate("YYYYMMDDhhmmss", terraform_data.first_apply.output)}"
  enabled_cloudwatch_logs_exports = [for log in aws_cloudwatch_log_group.database : basename(log.name)]
}

locals {
  database_name  = "etlworker"
  database_login = "etlworker"
}
