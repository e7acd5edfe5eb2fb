# The settings, and the records that could not be read.

locals {
  settings_key = "tidewaiter.toml"

  # Names of buckets are the whole world's, hence the account and the region.
  buckets = {
    settings   = { bucket = "${var.name}-settings-${local.account}-${local.region}", disposable = true }
    quarantine = { bucket = "${var.name}-quarantine-${local.account}-${local.region}", disposable = false }
  }
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket        = each.value.bucket
  force_destroy = each.value.disposable
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    bucket_key_enabled = true # one call to KMS serves many objects

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket_versioning.this[each.key].bucket

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  dynamic "rule" {
    for_each = each.key == "quarantine" ? [365] : []

    content {
      id     = "unread-records"
      status = "Enabled"

      filter {}

      expiration {
        days = rule.value
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket_public_access_block.this[each.key].bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyEncrypted"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"]
      Resource  = [local.arns.buckets[each.key], "${local.arns.buckets[each.key]}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_object" "settings" {
  bucket       = aws_s3_bucket_server_side_encryption_configuration.this["settings"].bucket
  key          = local.settings_key
  content      = var.settings
  content_type = "application/toml"
  tags         = local.tags

  # So that every change of it can be undone.
  depends_on = [aws_s3_bucket_versioning.this]
}
