# Laid over the module where it is applied to moto 5.2: what moto lacks or tells otherwise than AWS. Nothing of the module is weaker
# for it elsewhere; the policies that are left out here are decided by another simulator (PolicyTests).

# moto takes the condition aws:SecureTransport for fulfilled, and so refuses everything.
resource "aws_s3_bucket_policy" "private" {
  for_each = {}
}

# moto has no RedriveAllowPolicy: the provider would wait for it.
resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  count = 0
}

# moto tells it with other white space.
resource "aws_sqs_queue" "drops" {
  lifecycle {
    ignore_changes = [redrive_policy]
  }
}

# moto does not tell that a parameter was set by a user, and the provider takes it for a default.
resource "aws_db_parameter_group" "this" {
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [parameter]
  }
}

# moto forgets the security groups of an instance that is asked for with a public address.
resource "aws_instance" "worker" {
  associate_public_ip_address = null
}

# moto forgets the description of a rule that names a group.
resource "aws_vpc_security_group_egress_rule" "database" {
  description = null
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  description = null
}
