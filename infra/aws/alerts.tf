# Who is told: people by mail, machines by a topic of their own.

locals {
  topics = {
    mail      = "Mails of ${var.name}"
    incidents = "Incidents of ${var.name} as JSON"
  }

  own_alarms = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-*"
}

resource "aws_sns_topic" "this" {
  for_each = local.topics

  name              = "${var.name}-${each.key}"
  display_name      = each.value
  kms_master_key_id = aws_kms_key.this.arn
  tags              = local.tags
}

# The functions have roles of their own; people's subscriptions are managed by the account's.
resource "aws_sns_topic_policy" "mail" {
  arn = aws_sns_topic.this["mail"].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Alarms"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = local.arns.topics["mail"]
      Condition = { ArnLike = { "aws:SourceArn" = local.own_alarms } }
    }]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = toset(var.mail)

  topic_arn = aws_sns_topic.this["mail"].arn
  protocol  = "email"
  endpoint  = each.value
}
