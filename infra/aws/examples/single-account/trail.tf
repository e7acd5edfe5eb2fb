# EventBridge gets an account's calls only where a trail logs them; the first copy of them is free.

data "aws_caller_identity" "here" {}

data "aws_partition" "here" {}

locals {
  account   = coalesce(data.aws_caller_identity.here.account_id, "000000000000")
  partition = coalesce(data.aws_partition.here.partition, "aws")
  bucket    = "tidewaiter-trail-${local.account}"
  trail     = "arn:${local.partition}:cloudtrail:${var.region}:${local.account}:trail/tidewaiter"
}

resource "aws_cloudtrail" "this" {
  count = var.create_trail ? 1 : 0

  name                       = "tidewaiter"
  s3_bucket_name             = aws_s3_bucket_policy.trail[0].bucket
  is_multi_region_trail      = true
  enable_log_file_validation = true
  tags                       = { Team = "security" }
}

resource "aws_s3_bucket" "trail" {
  count = var.create_trail ? 1 : 0

  bucket = local.bucket
  tags   = { Team = "security" }
}

resource "aws_s3_bucket_public_access_block" "trail" {
  count = var.create_trail ? 1 : 0

  bucket                  = aws_s3_bucket.trail[0].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "trail" {
  count = var.create_trail ? 1 : 0

  bucket = aws_s3_bucket_public_access_block.trail[0].bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AclCheck"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = "arn:${local.partition}:s3:::${local.bucket}"
        Condition = { StringEquals = { "aws:SourceArn" = local.trail } }
      },
      {
        Sid       = "Write"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "arn:${local.partition}:s3:::${local.bucket}/AWSLogs/${local.account}/*"
        Condition = { StringEquals = { "aws:SourceArn" = local.trail, "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
    ]
  })
}
