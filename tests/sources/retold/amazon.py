"""One call to AWS, as CloudTrail's ways out deliver it; one object, in both forms of S3's events.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import json
from typing import Any, NamedTuple
from urllib.parse import quote_plus

Json = dict[str, Any]

ACCOUNT = "111122223333"
REGION = "eu-west-1"
TIME = "2026-02-03T14:02:11Z"
ADDRESS = "203.0.113.9"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"
_DIGEST = "sha256:" + "7" * 64
_USER = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLEALICE",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
    "accountId": ACCOUNT,
    "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "userName": "alice",
}
_SESSION = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:build-7",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/build-7",
    "accountId": ACCOUNT,
    "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "sessionContext": {
        "sessionIssuer": {"type": "Role", "arn": _ROLE, "userName": "deployer"},
        "attributes": {"creationDate": "2026-02-03T13:50:00Z", "mfaAuthenticated": "false"},
    },
}


class Act(NamedTuple):
    """A call of one service."""

    service: str
    name: str
    request: Json | None = None
    response: Json | None = None
    error: str = ""
    who: Json = _USER


def trail(act: Act) -> Json:
    """The record."""
    record: Json = {
        "eventVersion": "1.11",
        "userIdentity": act.who,
        "eventTime": TIME,
        "eventSource": f"{act.service}.amazonaws.com",
        "eventName": act.name,
        "awsRegion": REGION,
        "sourceIPAddress": ADDRESS,
        "userAgent": "aws-cli/2.15.30",
        "requestParameters": act.request,
        "responseElements": act.response,
        "requestID": "0a1b2c3d-0000-4000-8000-000000000001",
        "eventID": "11111111-2222-4333-8444-555555555555",
        "readOnly": act.response is None,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    return record | ({"errorCode": act.error, "errorMessage": "no"} if act.error else {})


def bare(act: Act) -> Json:
    """Alone."""
    return trail(act)


def delivery(act: Act) -> Json:
    """In a file of the bucket."""
    return {"Records": [trail(act)]}


def bus(act: Act) -> Json:
    """On EventBridge."""
    sign_in = act.service == "signin"
    return {
        "version": "0",
        "id": "36eb8523-97d0-4518-b33d-ee3579ff19f0",
        "detail-type": f"AWS {'Console Sign In' if sign_in else 'API Call'} via CloudTrail",
        "source": f"aws.{act.service}",
        "account": ACCOUNT,
        "time": TIME,
        "region": REGION,
        "resources": [],
        "detail": trail(act),
    }


def looked_up(act: Act) -> Json:
    """As ``lookup-events`` answers."""
    return {
        "Events": [
            {
                "EventId": "11111111-2222-4333-8444-555555555555",
                "EventName": act.name,
                "EventTime": 1770127331.0,
                "CloudTrailEvent": json.dumps(trail(act)),
            }
        ]
    }


def published(act: Act) -> Json:
    """On the bus, then in a topic, then in a queue, then at a function."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:trail"
    note = {"Type": "Notification", "TopicArn": topic, "Message": json.dumps(bus(act))}
    message = {"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(note)}
    return {"Records": [message]}


def streamed(act: Act) -> Json:
    """In a log group."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": "trail",
        "logStream": f"{ACCOUNT}_CloudTrail_{REGION}",
        "logEvents": [{"id": "1", "timestamp": 1770127331000, "message": json.dumps(trail(act))}],
    }


ACTS = {
    "image pushed": Act(
        "ecr",
        "PutImage",
        {"repositoryName": "prod/web", "imageTag": "v7", "registryId": ACCOUNT},
        {
            "image": {
                "repositoryName": "prod/web",
                "registryId": ACCOUNT,
                "imageId": {"imageDigest": _DIGEST, "imageTag": "v7"},
            }
        },
        who=_SESSION,
    ),
    "image pulled": Act(
        "ecr", "BatchGetImage", {"repositoryName": "prod/web", "imageIds": [{"imageTag": "v7"}]}
    ),
    "logged in": Act("ecr", "GetAuthorizationToken"),
    "repositories listed": Act("ecr", "DescribeRepositories", {"maxResults": 2}),
    "pull refused": Act(
        "ecr",
        "BatchGetImage",
        {"repositoryName": "prod/web", "imageIds": [{"imageTag": "v7"}]},
        error="AccessDenied",
    ),
    "machine image made": Act(
        "ec2",
        "CreateImage",
        {"instanceId": "i-0123456789abcdef0", "name": "golden"},
        {"imageId": "ami-0123456789abcdef0"},
    ),
    "machine image shared": Act(
        "ec2",
        "ModifyImageAttribute",
        {
            "imageId": "ami-0123456789abcdef0",
            "attributeType": "launchPermission",
            "launchPermission": {"add": {"items": [{"userId": "444455556666"}]}},
        },
        {"_return": True},
    ),
    "machine started of an image": Act(
        "ec2",
        "RunInstances",
        {"instancesSet": {"items": [{"imageId": "ami-0123456789abcdef0", "minCount": 1}]}},
        {
            "instancesSet": {
                "items": [{"instanceId": "i-0123456789abcdef0", "imageId": "ami-0123456789abcdef0"}]
            }
        },
        who=_SESSION,
    ),
    "machine stopped": Act(
        "ec2", "StopInstances", {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}}
    ),
    "role assumed": Act(
        "sts",
        "AssumeRole",
        {"roleArn": _ROLE, "roleSessionName": "build-7", "durationSeconds": 3600},
        {
            "credentials": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE"},
            "assumedRoleUser": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/build-7"},
        },
    ),
    "signed in": Act("signin", "ConsoleLogin", None, {"ConsoleLogin": "Success"}),
    "key made": Act(
        "iam",
        "CreateAccessKey",
        {"userName": "bob"},
        {"accessKey": {"accessKeyId": "AKIAI44QH8DHBEXAMPLE", "userName": "bob"}},
    ),
    "bucket made": Act("s3", "CreateBucket", {"bucketName": "shop-backups"}),
    "object read": Act("s3", "GetObject", {"bucketName": "shop-backups", "key": "db.sql"}),
    "secret read": Act("secretsmanager", "GetSecretValue", {"secretId": "db"}, who=_SESSION),
}


class Put(NamedTuple):
    """What became of an object; S3 names it in two ways."""

    notification: str
    title: str
    reason: str
    key: str = "2026/db dump.sql"


def notification(put: Put) -> Json:
    """The notification, in which keys are written as in an address."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": REGION,
                "eventTime": "2026-02-03T14:02:11.000Z",
                "eventName": put.notification,
                "userIdentity": {"principalId": "AWS:AIDAEXAMPLEALICE"},
                "requestParameters": {"sourceIPAddress": ADDRESS},
                "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "x"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "everything",
                    "bucket": {
                        "name": "shop-backups",
                        "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                        "arn": "arn:aws:s3:::shop-backups",
                    },
                    "object": {
                        "key": quote_plus(put.key, safe="/"),
                        "size": 1024,
                        "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                        "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                        "sequencer": "0055AED6DCD90281E5",
                    },
                },
            }
        ]
    }


def on_bus(put: Put) -> Json:
    """The event on EventBridge."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": put.title,
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": TIME,
        "region": REGION,
        "resources": ["arn:aws:s3:::shop-backups"],
        "detail": {
            "version": "0",
            "bucket": {"name": "shop-backups"},
            "object": {
                "key": put.key,
                "size": 1024,
                "etag": "d41d8cd98f00b204e9800998ecf8427e",
                "version-id": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                "sequencer": "0055AED6DCD90281E5",
            },
            "request-id": "C3D13FE58DE4C810",
            "requester": ACCOUNT,
            "source-ip-address": ADDRESS,
            "reason": put.reason,
        },
    }


PUTS = {
    "put": Put("ObjectCreated:Put", "Object Created", "PutObject"),
    "copied": Put("ObjectCreated:Copy", "Object Created", "CopyObject"),
    "uploaded in parts": Put(
        "ObjectCreated:CompleteMultipartUpload", "Object Created", "CompleteMultipartUpload"
    ),
    "deleted": Put("ObjectRemoved:Delete", "Object Deleted", "DeleteObject"),
    "with a plus in its name": Put("ObjectCreated:Put", "Object Created", "PutObject", "a+b.sql"),
}
