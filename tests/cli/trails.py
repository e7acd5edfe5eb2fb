"""CloudTrail records for the tests of the command line: an image is made and shared abroad."""

import gzip
import json
from pathlib import Path
from typing import Any

AMI = "ami-0a1b2c3d4e5f60718"
KEY = "AKIAIOSFODNN7EXAMPLE"


def call(clock: str, service: str, verb: str, request: object, response: object) -> dict[str, Any]:
    """One call by alice at ``clock``."""
    return {
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": "arn:aws:iam::111122223333:user/alice",
            "accountId": "111122223333",
            "accessKeyId": KEY,
            "userName": "alice",
        },
        "eventTime": f"2026-02-03T{clock}Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": verb,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": request,
        "responseElements": response,
        "eventID": f"00000000-0000-4000-8000-{clock.replace(':', ''):0>12}",
        "recipientAccountId": "111122223333",
    }


MADE = call(
    "10:00:00",
    "ec2",
    "CreateImage",
    {"instanceId": "i-0a1b2c3d4e5f60718", "name": "gold", "noReboot": True},
    {"imageId": AMI},
)
SHARED = call(
    "10:05:00",
    "ec2",
    "ModifyImageAttribute",
    {
        "imageId": AMI,
        "attributeType": "launchPermission",
        "launchPermission": {"add": {"items": [{"userId": "444455556666"}]}},
    },
    {"_return": True},
)
LISTED = call("09:00:00", "ec2", "DescribeImages", {}, None)
EARLIER = {**LISTED, "eventTime": "2026-01-20T09:00:00Z"}  # too long before to be in the story
OTHER = call("10:06:00", "iam", "ListUsers", None, None)
# A record of image work that cannot be interpreted, and where.
BROKEN = {**SHARED, "eventTime": 7, "eventID": "broken"}


def delivery(path: Path, *records: object) -> str:
    """Write a delivery file, compressed if its name says so."""
    text = json.dumps({"Records": records}).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return str(path)
