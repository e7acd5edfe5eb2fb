# One key for everything that lies somewhere: queues, topics, table, buckets and logs.

resource "aws_kms_key" "this" {
  description             = "Everything that ${var.name} keeps."
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags

  # In a key's policy, "*" is the key itself: AWS has no other name for it there.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "Account"
          Effect    = "Allow"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
          Resource  = "*"
          Action = [
            "kms:CancelKeyDeletion",
            "kms:CreateAlias",
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DeleteAlias",
            "kms:DescribeKey",
            "kms:DisableKey",
            "kms:DisableKeyRotation",
            "kms:EnableKey",
            "kms:EnableKeyRotation",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:ListGrants",
            "kms:ListKeyPolicies",
            "kms:ListKeyRotations",
            "kms:ListResourceTags",
            "kms:PutKeyPolicy",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
            "kms:RetireGrant",
            "kms:RevokeGrant",
            "kms:RotateKeyOnDemand",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateAlias",
            "kms:UpdateKeyDescription",
          ]
        },
        # EventBridge and S3 say nothing of where they come from when they encrypt for a queue, so a
        # condition would refuse them; the queues' policies say who may send.
        {
          Sid       = "Queues"
          Effect    = "Allow"
          Principal = { Service = concat(["events.amazonaws.com"], var.cloudtrail_bucket == null ? [] : ["s3.amazonaws.com"]) }
          Resource  = "*"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        },
        {
          Sid       = "Alarms"
          Effect    = "Allow"
          Principal = { Service = "cloudwatch.amazonaws.com" }
          Resource  = "*"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Condition = { ArnLike = { "aws:SourceArn" = local.own_alarms } }
        },
        {
          Sid       = "Logs"
          Effect    = "Allow"
          Principal = { Service = "logs.${local.region}.amazonaws.com" }
          Resource  = "*"
          Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Condition = { ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = values(local.arns.logs) } }
        },
      ],
    )
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
