"""Records of CloudTrail in the provider's shape: everyday calls, and the image work of builds.

Format: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
Maker = Callable[[random.Random], Json]

ACCOUNTS = ("111122223333", "444455556666", "123456789012")
REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")
START = datetime(2024, 3, 1, tzinfo=UTC)
AGENTS = (
    "aws-sdk-go-v2/1.24.1 os/linux lang/go#1.21.6 md/GOOS#linux md/GOARCH#amd64 api/s3#1.48.1",
    "Boto3/1.34.34 md/Botocore#1.34.34 ua/2.0 os/linux#6.1.72 md/arch#x86_64 lang/python#3.11.7",
    "aws-cli/2.15.15 Python/3.11.6 Linux/6.1.72-96.166.amzn2023.x86_64 exe/x86_64 prompt/off",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.2 terraform-provider-aws/5.35.0",
)
SERVICES = {  # what fills a trail: eventSource -> its verbs
    "sts": ("AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"),
    "kms": ("Decrypt", "GenerateDataKey", "DescribeKey"),
    "s3": ("GetObject", "PutObject", "HeadObject", "GetBucketAcl", "ListObjects"),
    "ec2": ("DescribeInstances", "DescribeVolumes", "DescribeSecurityGroups", "CreateTags"),
    "logs": ("CreateLogStream", "DescribeLogGroups"),
    "dynamodb": ("GetItem", "PutItem", "Query", "UpdateItem"),
    "lambda": ("Invoke", "GetFunction20150331v2"),
    "ssm": ("GetParameter", "UpdateInstanceInformation"),
    "secretsmanager": ("GetSecretValue",),
    "elasticloadbalancing": ("DescribeTargetHealth", "RegisterTargets"),
    "autoscaling": ("DescribeAutoScalingGroups",),
    "monitoring": ("DescribeAlarms",),
    "iam": ("ListRoles", "GetRole", "ListAttachedRolePolicies"),
}


def _hex(dice: random.Random, digits: int) -> str:
    return f"{dice.getrandbits(digits * 4):0{digits}x}"


def _uuid(dice: random.Random) -> str:
    digits = _hex(dice, 32)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _key(dice: random.Random, prefix: str) -> str:
    return prefix + "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))


def _identity(dice: random.Random, account: str) -> Json:
    role, principal = f"service-{dice.randrange(60)}", _key(dice, "AROA")
    session = f"i-{_hex(dice, 17)}"
    return {
        "type": "AssumedRole",
        "principalId": f"{principal}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        "accessKeyId": _key(dice, "ASIA"),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": principal,
                "arn": f"arn:aws:iam::{account}:role/{role}",
                "accountId": account,
                "userName": role,
            },
            "webIdFederationData": {},
            "attributes": {"creationDate": "2024-03-01T00:00:00Z", "mfaAuthenticated": "false"},
        },
    }


def _record(
    dice: random.Random, service: str, verb: str, **parts: Json | list[Json] | str | None
) -> Json:
    account, region = dice.choice(ACCOUNTS), dice.choice(REGIONS)
    when = START + timedelta(seconds=dice.randrange(30 * 86_400))
    return {
        "eventVersion": "1.09",
        "userIdentity": _identity(dice, account),
        "eventTime": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": verb,
        "awsRegion": region,
        "sourceIPAddress": f"198.51.100.{dice.randrange(256)}",
        "userAgent": dice.choice(AGENTS),
        "requestParameters": None,
        "responseElements": None,
        "requestID": _uuid(dice),
        "eventID": _uuid(dice),
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{service}.{region}.amazonaws.com",
        },
        **parts,
    }


def everyday(dice: random.Random) -> Json:
    """Return what fills a trail, and is no image work."""
    service = dice.choice(tuple(SERVICES))
    return _record(
        dice,
        service,
        dice.choice(SERVICES[service]),
        requestParameters={
            "name": f"app-{dice.randrange(500)}",
            "encryptionContext": {
                "aws:resource": f"arn:aws:{service}:eu-west-1:111122223333:thing/{_hex(dice, 12)}"
            },
            "maxResults": dice.randrange(1000),
        },
        additionalEventData={
            "SignatureVersion": "SigV4",
            "bytesTransferredOut": dice.randrange(99_999),
        },
        resources=[
            {
                "accountId": "111122223333",
                "type": f"AWS::{service.title()}::Thing",
                "ARN": f"arn:aws:{service}:eu-west-1:111122223333:thing/{_uuid(dice)}",
            }
        ],
    )


def _registry(dice: random.Random, verb: str, **parts: Json | str) -> Json:
    repository = f"team-{dice.randrange(12)}/service-{dice.randrange(40)}"
    arn = f"arn:aws:ecr:eu-west-1:111122223333:repository/{repository}"
    request = {"registryId": "111122223333", "repositoryName": repository, **parts}
    return _record(
        dice,
        "ecr",
        verb,
        sourceIPAddress="AWS Internal",
        userAgent="AWS Internal",
        requestParameters=request,
        resources=[{"ARN": arn, "accountId": "111122223333"}],
    )


def _put_image(dice: random.Random) -> Json:
    layers = [
        {
            "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "size": dice.randrange(1_000, 90_000_000),
            "digest": f"sha256:{_hex(dice, 64)}",
        }
        for _ in range(dice.randrange(4, 14))
    ]
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    config = {
        "mediaType": "application/vnd.docker.container.image.v1+json",
        "size": 7023,
        "digest": layers[0]["digest"],
    }
    manifest = json.dumps(
        {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": layers}, indent=3
    )
    tag = f"build-{dice.randrange(100_000)}"
    record = _registry(
        dice, "PutImage", imageManifest=manifest, imageTag=tag, imageManifestMediaType=kind
    )
    asked: Json = record["requestParameters"]
    record["responseElements"] = {
        "image": {
            "registryId": "111122223333",
            "repositoryName": asked["repositoryName"],
            "imageId": {"imageDigest": f"sha256:{_hex(dice, 64)}", "imageTag": tag},
            "imageManifest": manifest,
            "imageManifestMediaType": kind,
        }
    }
    return record


def _layer(dice: random.Random) -> Json:
    verb = dice.choice(
        ("InitiateLayerUpload", "UploadLayerPart", "UploadLayerPart", "CompleteLayerUpload")
    )
    return _registry(dice, verb, uploadId=_uuid(dice))


def _pull(dice: random.Random) -> Json:
    record = _registry(dice, "BatchGetImage")
    record["requestParameters"]["imageIds"] = [{"imageTag": f"build-{dice.randrange(100_000)}"}]
    return record


def _login(dice: random.Random) -> Json:
    return _record(dice, "ecr", "GetAuthorizationToken")


def _listing(dice: random.Random) -> Json:
    return _registry(dice, "ListImages")


def _machine_image(dice: random.Random) -> Json:
    asked = {
        "instanceId": f"i-{_hex(dice, 17)}",
        "name": f"golden-{_hex(dice, 6)}",
        "noReboot": True,
    }
    given = {"imageId": f"ami-{_hex(dice, 17)}"}
    return _record(dice, "ec2", "CreateImage", requestParameters=asked, responseElements=given)


def _launch(dice: random.Random) -> Json:
    image, instance = f"ami-{_hex(dice, 17)}", f"i-{_hex(dice, 17)}"
    asked = {"instancesSet": {"items": [{"imageId": image, "minCount": 1, "maxCount": 1}]}}
    given = {"instancesSet": {"items": [{"instanceId": instance, "imageId": image}]}}
    return _record(dice, "ec2", "RunInstances", requestParameters=asked, responseElements=given)


IMAGE_WORK: tuple[tuple[Maker, int], ...] = (
    (_put_image, 8),
    (_layer, 40),
    (_login, 12),
    (_pull, 32),
    (_listing, 4),
    (_machine_image, 1),
    (_launch, 3),
)
