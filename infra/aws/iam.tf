# Who may do what: one role a function, and one for the schedules.
#
# No action has a wildcard.  Where a resource is "*", AWS knows no narrower one for these actions:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

locals {
  repositories = "arn:${local.partition}:ecr:%s:${local.account}:repository/*" # of a region

  may_log = {
    for name in keys(local.functions) : name => {
      Sid      = "Log"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${local.arns.logs[name]}:*"
    }
  }

  may_remember = {
    Sid      = "Remember"
    Effect   = "Allow"
    Action   = ["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:Query"]
    Resource = local.arns.table
  }

  may_read_settings = {
    Sid      = "ReadSettings"
    Effect   = "Allow"
    Action   = ["s3:GetObject"]
    Resource = "${local.arns.buckets["settings"]}/${local.settings_key}"
  }

  may_quarantine = {
    Sid      = "Quarantine"
    Effect   = "Allow"
    Action   = ["s3:PutObject"]
    Resource = "${local.arns.buckets["quarantine"]}/*"
  }

  may_tell = concat(
    [{
      Sid      = "Tell"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = values(local.arns.topics)
    }],
    [for on in [var.security_hub] : {
      Sid      = "TellSecurityHub"
      Effect   = "Allow"
      Action   = ["securityhub:BatchImportFindings"]
      Resource = ["arn:${local.partition}:securityhub:${local.region}:${local.account}:product/${local.account}/default"]
    } if on],
  )

  may_fail = {
    Sid      = "HandBackFailures"
    Effect   = "Allow"
    Action   = ["sqs:SendMessage"]
    Resource = local.arns.failures
  }

  may_use_key = {
    Sid      = "UseKey"
    Effect   = "Allow"
    Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    Resource = aws_kms_key.this.arn
  }

  may_receive = {
    Sid      = "Receive"
    Effect   = "Allow"
    Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    Resource = values(local.arns.queues)
  }

  may_read_deliveries = [for bucket in compact([var.cloudtrail_bucket]) : {
    Sid      = "ReadDeliveries"
    Effect   = "Allow"
    Action   = ["s3:GetObject", "s3:GetObjectVersion"] # also what somebody deleted meanwhile
    Resource = "${local.trail_bucket_arn}/*"
  }]

  may_read_manifests = [for on in [var.read_manifests] : {
    Sid      = "ReadManifests"
    Effect   = "Allow"
    Action   = ["ecr:BatchGetImage"]
    Resource = format(local.repositories, "*") # whichever of them is pushed to, in any region
  } if on]

  may_list = [
    {
      Sid      = "ListRepositories"
      Effect   = "Allow"
      Action   = ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:DescribeRepositories"]
      Resource = format(local.repositories, local.region) # the inventory is of all of them here
    },
    {
      Sid    = "ListWhatHasNoArn"
      Effect = "Allow"
      Action = [
        "ec2:DescribeImages",         # EC2 grants its Describe calls for everything or nothing
        "ec2:DescribeInstances",      # the same
        "ecs:DescribeTaskDefinition", # ECS grants it for everything or nothing
        "ecs:ListClusters",           # a list of all clusters is of none in particular
        "lambda:ListFunctions",       # the same of functions
      ]
      Resource = "*"
    },
    {
      Sid      = "ListTasks"
      Effect   = "Allow"
      Action   = ["ecs:DescribeTasks", "ecs:ListTasks"]
      Resource = [for kind in ["container-instance", "task"] : "arn:${local.partition}:ecs:${local.region}:${local.account}:${kind}/*"]
    },
    {
      Sid      = "ListFunctions"
      Effect   = "Allow"
      Action   = ["lambda:GetFunction"] # the only call that tells a function's image
      Resource = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:*"
    },
  ]

  may = {
    worker = concat(
      [local.may_log["worker"], local.may_receive, local.may_remember, local.may_read_settings],
      [local.may_quarantine, local.may_fail, local.may_use_key],
      local.may_tell,
      local.may_read_deliveries,
      local.may_read_manifests,
    )
    tick = concat(
      [local.may_log["tick"], local.may_remember, local.may_read_settings, local.may_quarantine],
      [local.may_fail, local.may_use_key],
      local.may_tell,
    )
    inventory = concat(
      [local.may_log["inventory"], local.may_remember, local.may_read_settings, local.may_quarantine],
      [local.may_fail, local.may_use_key],
      local.may_tell,
      local.may_list,
    )
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name = "${var.name}-${each.key}"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = "what-it-needs"
  role   = aws_iam_role.function[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.may[each.key] })
}

resource "aws_iam_role" "schedule" {
  name = "${var.name}-schedule"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  name = "what-it-needs"
  role = aws_iam_role.schedule.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Invoke"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [for name in keys(local.schedules) : local.arns.functions[name]]
      },
      local.may_fail,
      local.may_use_key,
    ]
  })
}
