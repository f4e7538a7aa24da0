# A small VPC of the service's own: one public subnet for the instance, two private ones for the database.

data "aws_availability_zones" "this" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Newer zones do not have every older instance type.
data "aws_ec2_instance_type_offerings" "worker" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.instance_type]
  }
}

locals {
  zones        = sort(data.aws_availability_zones.this.names)
  worker_zones = setintersection(local.zones, data.aws_ec2_instance_type_offerings.worker.locations)
  worker_zone  = try(sort(local.worker_zones)[0], null)
}

resource "aws_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# The VPC's default group lets its members reach each other and the world. Nobody is in it; now it also has no rules.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-unused" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_subnet" "worker" {
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.vpc_cidr, 2, 0)
  availability_zone = local.worker_zone

  tags = { Name = "${var.name}-worker" }

  lifecycle {
    # A zone that AWS opens later must not move what is there.
    ignore_changes = [availability_zone]

    precondition {
      condition     = local.worker_zone != null
      error_message = "No zone of ${var.region} has ${var.instance_type}: choose another instance_type."
    }
  }
}

# RDS wants two zones even for one instance.
resource "aws_subnet" "database" {
  count = 2

  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.vpc_cidr, 2, count.index + 2)
  availability_zone = local.zones[count.index]

  tags = { Name = "${var.name}-database-${count.index}" }

  lifecycle {
    ignore_changes = [availability_zone]
  }
}

resource "aws_route_table" "worker" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-worker" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.worker.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "worker" {
  subnet_id      = aws_subnet.worker.id
  route_table_id = aws_route_table.worker.id
}

# No route but the VPC's own.
resource "aws_route_table" "database" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_route_table_association" "database" {
  count = 2

  subnet_id      = aws_subnet.database[count.index].id
  route_table_id = aws_route_table.database.id
}

# S3 without the way over the internet, and from here only what the service uses.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.worker.id]
  policy            = jsonencode(local.endpoint_policy)

  tags = { Name = "${var.name}-s3" }
}

locals {
  # In another region it is not reached by this endpoint, and needs no leave of it.
  public_source_statements = [for public in var.public_source[*] : {
    Sid       = "PublicSource"
    Effect    = "Allow"
    Principal = "*"
    Action    = ["s3:GetObject", "s3:ListBucket"]
    Resource  = ["arn:${local.partition}:s3:::${public.bucket}", "arn:${local.partition}:s3:::${public.bucket}/*"]
  }]

  endpoint_policy = {
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "Objects"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:AbortMultipartUpload"]
        Resource  = [for arn in values(local.bucket_arns) : "${arn}/*"]
      },
      {
        Sid       = "Listing"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:ListBucket"
        Resource  = values(local.bucket_arns)
      },
      {
        # https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html
        Sid       = "AmazonLinuxPackages"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "arn:${local.partition}:s3:::al2023-repos-${var.region}-de612dc2/*"
      },
    ], local.public_source_statements)
  }
}

# Who may reach whom. DNS, DHCP, the clock and the metadata of the VPC pass no security group, so they need no rule:
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
resource "aws_security_group" "worker" {
  name        = "${var.name}-worker"
  description = "The instance of ${var.name}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-worker" }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.worker.id
  description       = "AWS services and package updates, which have no fixed addresses"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "database" {
  security_group_id            = aws_security_group.worker.id
  description                  = "The database"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.database.id
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  count = var.ssh_from == null ? 0 : 1

  security_group_id = aws_security_group.worker.id
  description       = "SSH from one address range"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = var.ssh_from
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "The database of ${var.name}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "PostgreSQL from the worker"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.worker.id
}
