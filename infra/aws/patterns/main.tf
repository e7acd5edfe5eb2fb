# What EventBridge lets through, for the hub and for every forwarder.
#
# Calls are those that core/tidewaiter/sources/cloudtrail reads; tests/infra/test_patterns.py compares both.
# A pattern may have 2048 characters, and `$or` needs at least two members.

locals {
  # Nobody but AWS may put events whose source begins so.
  from_aws = [{ prefix = "aws." }]

  via_cloudtrail = [
    "AWS API Call via CloudTrail",
    "AWS Service Event via CloudTrail", # lifecycle policies, repositories that ECR makes by itself
  ]

  ecr = ["ecr.amazonaws.com", "ecr-public.amazonaws.com"]

  # A prefix of its own, as matchers disagree on whether a leading star may stand for nothing.
  named_after_us = [{ prefix = "tidewaiter" }, { wildcard = "*tidewaiter*" }]

  # For each rule: which calls of which services.
  changes = {
    registry = [
      {
        eventSource = local.ecr
        eventName = [
          "BatchDeleteImage",
          "BatchGetImage", # a pull; only calls that begin with Describe, Get or List count as reading
          "CompleteLayerUpload",
          "CreatePullThroughCacheRule",
          "CreateRepository",
          "CreateRepositoryCreationTemplate",
          "DeleteLifecyclePolicy",
          "DeletePullThroughCacheRule",
          "DeleteRegistryPolicy",
          "DeleteRepository",
          "DeleteRepositoryCreationTemplate",
          "DeleteRepositoryPolicy",
          "InitiateLayerUpload",
          "PutAccountSetting",
          "PutImage",
          "PutImageScanningConfiguration",
          "PutImageTagMutability",
          "PutLifecyclePolicy",
          "PutRegistryCatalogData",
          "PutRegistryPolicy",
          "PutRegistryScanningConfiguration",
          "PutReplicationConfiguration",
          "PutRepositoryCatalogData",
          "SetRepositoryPolicy",
          "UpdatePullThroughCacheRule",
          "UpdateRepositoryCreationTemplate",
          "UploadLayerPart",
        ]
      },
      {
        eventSource = ["ecr.amazonaws.com"]
        eventName   = ["PolicyExecutionEvent", "UpdateImageStorageClass"]
      },
    ]

    machine-images = [
      {
        eventSource = ["ec2.amazonaws.com"]
        eventName = [
          "CancelImageLaunchPermission",
          "CopyImage",
          "CreateImage",
          "CreateRestoreImageTask",
          "CreateStoreImageTask",
          "DeregisterImage",
          "DisableImage",
          "DisableImageBlockPublicAccess",
          "DisableImageDeprecation",
          "DisableImageDeregistrationProtection",
          "DisableSnapshotBlockPublicAccess",
          "EnableImage",
          "EnableImageBlockPublicAccess",
          "EnableImageDeprecation",
          "EnableImageDeregistrationProtection",
          "EnableSnapshotBlockPublicAccess",
          "ImportImage",
          "ModifyImageAttribute",
          "ModifySnapshotAttribute",
          "RegisterImage",
          "ResetImageAttribute",
        ]
      },
      {
        eventSource = ["ec2.amazonaws.com"]
        eventName = [
          "CreateLaunchTemplate",
          "CreateLaunchTemplateVersion",
          "RequestSpotInstances",
          "RunInstances", # Auto Scaling and fleets call it, too
        ]
      },
    ]

    workloads = [
      {
        eventSource = ["ecs.amazonaws.com"]
        eventName = [
          "CreateService",
          "CreateTaskSet",
          "RegisterTaskDefinition",
          "RunTask",
          "StartTask",
          "UpdateService",
        ]
      },
      # A function made of a zip has no image, and is none of our business.
      {
        eventSource       = ["lambda.amazonaws.com"]
        eventName         = ["CreateFunction20150331"]
        requestParameters = { code = { imageUri = [{ exists = true }] } }
      },
      {
        eventSource       = ["lambda.amazonaws.com"]
        eventName         = ["UpdateFunctionCode20150331v2"]
        requestParameters = { imageUri = [{ exists = true }] }
      },
    ]

    # Who switches off what we see by.
    monitoring = [
      {
        eventSource = ["cloudtrail.amazonaws.com"]
        eventName = [
          "CreateTrail",
          "DeleteEventDataStore",
          "DeleteTrail",
          "PutEventSelectors",
          "StartEventDataStoreIngestion",
          "StartLogging",
          "StopEventDataStoreIngestion",
          "StopLogging",
          "UpdateTrail",
        ]
      },
      {
        eventSource = ["events.amazonaws.com"]
        eventName   = ["DeleteRule", "DisableRule", "EnableRule", "PutRule", "RemoveTargets"]
      },
      {
        eventSource = ["sns.amazonaws.com"]
        eventName   = ["DeleteTopic", "Unsubscribe"]
      },
      {
        eventSource = ["sqs.amazonaws.com"]
        eventName   = ["DeleteQueue", "PurgeQueue"]
      },
      {
        eventSource = ["logs.amazonaws.com"]
        eventName   = ["DeleteLogGroup", "DeleteSubscriptionFilter"]
      },
      {
        eventSource = ["eks.amazonaws.com"]
        eventName   = ["UpdateClusterConfig"]
      },
      {
        eventSource = ["inspector2.amazonaws.com"]
        eventName   = ["Disable", "DisableDelegatedAdminAccount", "DisassociateMember", "Enable"]
      },
      {
        eventSource = ["guardduty.amazonaws.com"]
        eventName = [
          "DeleteDetector",
          "DeleteMembers",
          "DisableOrganizationAdminAccount",
          "DisassociateFromAdministratorAccount",
          "DisassociateFromMasterAccount",
          "DisassociateMembers",
          "StartMonitoringMembers",
          "StopMonitoringMembers",
          "UpdateDetector",
          "UpdateMemberDetectors",
        ]
      },
    ]

    # Who takes away what judges and what is remembered; of others' functions and tables, nothing.
    own-parts = [
      {
        eventSource = ["lambda.amazonaws.com"]
        eventName = [
          "DeleteFunction20150331",
          "DeleteFunctionConcurrency20171031",
          "PutFunctionConcurrency20171031",
        ]
        requestParameters = { functionName = local.named_after_us }
      },
      {
        eventSource      = ["lambda.amazonaws.com"]
        eventName        = ["DeleteEventSourceMapping20150331", "UpdateEventSourceMapping20150331"]
        responseElements = { functionArn = local.named_after_us }
      },
      {
        eventSource       = ["dynamodb.amazonaws.com"]
        eventName         = ["DeleteTable"]
        requestParameters = { tableName = local.named_after_us }
      },
    ]
  }

  # Reading calls: a rule gets them in one state only, and in it the whole mass of them is matched.
  reads = {
    reads = [
      {
        eventSource = local.ecr
        eventName = [
          "DescribeImageTags",
          "DescribeImages",
          "DescribeRegistries",
          "DescribeRegistry",
          "DescribeRepositories",
          "GetAuthorizationToken", # the only record that has the address behind a docker push
          "GetRegistryPolicy",
          "GetRepositoryPolicy",
          "ListImages",
        ]
      },
      {
        eventSource = ["ec2.amazonaws.com"]
        eventName   = ["DescribeImages"]
      },
    ]
  }

  # What the services say themselves: fast, and silent about who.
  notices = {
    images = {
      source = ["aws.ecr", "aws.ec2"]
      detail-type = [
        "EC2 AMI State Change",
        "ECR Image Action",
        "ECR Image Scan",
        "ECR Pull Through Cache Action",
        "ECR Referrer Action",
        "ECR Replication Action",
      ]
    }

    # Stopping tasks tell nothing, nor do starting ones before their image was pulled.
    tasks = {
      source      = ["aws.ecs"]
      detail-type = ["ECS Task State Change"]
      detail = {
        "$or" = [
          { lastStatus = ["RUNNING"] },
          {
            lastStatus = ["ACTIVATING", "PENDING", "PROVISIONING"]
            containers = { imageDigest = [{ exists = true }] }
          },
        ]
      }
    }

    # Of what Inspector finds only images matter: not instances, functions or code.
    scans = {
      source = ["aws.inspector2"]
      "$or" = [
        { detail-type = ["Inspector2 Scan"] },
        {
          detail-type = ["Inspector2 Finding"]
          detail = {
            resources = {
              type = ["AWS_ECR_CONTAINER_IMAGE", "MACHINE_IMAGE", { suffix = "/containerImage" }]
            }
          }
        },
      ]
    }
  }
}
