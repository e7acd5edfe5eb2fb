# What detectors remember: points that never change.

resource "aws_dynamodb_table" "memory" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "topic"
  range_key                   = "order"
  deletion_protection_enabled = true
  tags                        = local.tags

  attribute {
    name = "topic"
    type = "S"
  }

  attribute {
    name = "order"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.this.arn
  }
}
