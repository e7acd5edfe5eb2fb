"""Gives a deployed function a harmless, made-up implant, and says whether people were told.

    python -m deploy.smoke_aws --name tidewaiter

Nothing happens in the account but this: the function is invoked once, with records of a push to a
repository ``tidewaiter-smoke-test`` that does not exist, by somebody of a documentation account.
Each run is an implant of its own, so each sends a mail.  Needed is lambda:InvokeFunction.
"""

import argparse
import base64
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Json = dict[str, Any]

REPOSITORY = "tidewaiter-smoke-test"
ACCOUNT = "111122223333"  # kept for documentation, as are the address and the key below
REGION = "eu-west-1"


def implant(now: datetime) -> list[Json]:
    """Return the records: a pipeline pushes for days, then somebody appends layers to its image."""
    run = uuid4().hex[:8]
    layers, who = [f"{run} base", f"{run} application"], _person(f"{REPOSITORY}-{run}")
    builds = [
        _pushed(now - timedelta(days=back), _pipeline(), [*layers, f"build {back}"])
        for back in range(7, 1, -1)
    ]
    implanted = _pushed(now, who, [*layers, "build 2", "backdoor"])
    return [*builds, _login(now - timedelta(minutes=2), who), implanted]


def _pushed(time: datetime, who: Json, layers: list[str]) -> Json:
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"digest": _digest("config", *layers), "size": 7000},
            "layers": [{"digest": _digest(layer), "size": 1000 + len(layer)} for layer in layers],
        }
    )
    named = {"registryId": ACCOUNT, "repositoryName": REPOSITORY}
    image = {"imageDigest": _digest(manifest), "imageTag": "latest"}
    return _call(
        time,
        "PutImage",
        who | {"invokedBy": "AWS Internal"},
        {**named, "imageTag": "latest", "imageManifest": manifest},
        {"image": {**named, "imageId": image, "imageManifest": manifest}},
    )


def _login(time: datetime, who: Json) -> Json:
    return _call(time, "GetAuthorizationToken", who, None, None)


def _call(time: datetime, name: str, who: Json, asked: Json | None, answered: Json | None) -> Json:
    address = "AWS Internal" if asked else "203.0.113.9"  # ECR hides who pushes
    return {
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "ecr.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": address,
        "userAgent": address if asked else "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0",
        "requestParameters": asked,
        "responseElements": answered,
        "eventID": str(uuid4()),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
    }


def _pipeline() -> Json:
    role = f"arn:aws:iam::{ACCOUNT}:role/{REPOSITORY}-ci"
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{REPOSITORY}-ci/build",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role, "accountId": ACCOUNT}},
    }


def _person(name: str) -> Json:
    return {
        "type": "IAMUser",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "userName": name,
    }


def _digest(*parts: str) -> str:
    return f"sha256:{sha256(' '.join(parts).encode()).hexdigest()}"


def told(client: "LambdaClient", function: str, records: list[Json]) -> int:
    """Invoke ``function`` with ``records``; return how many were told of them, people among them.

    Raises ``SystemExit`` with what the function says if it fails.
    """
    answer = client.invoke(
        FunctionName=function, LogType="Tail", Payload=json.dumps({"Records": records}).encode()
    )
    log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
    if answer.get("FunctionError"):
        raise SystemExit(f"{function} failed:\n{log}")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return int(sum(sum(line.get("Told", ())) for line in lines if "_aws" in line))


def main(arguments: list[str] | None = None) -> None:
    """Make an implant up, and say what became of it."""
    parser = argparse.ArgumentParser(prog="smoke_aws", description=__doc__)
    parser.add_argument("--name", default="tidewaiter", help="the module's variable of that name")
    given = parser.parse_args(arguments)
    records = implant(datetime.now(UTC))
    digest = records[-1]["responseElements"]["image"]["imageId"]["imageDigest"]
    try:
        count = told(boto3.client("lambda"), f"{given.name}-worker", records)
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(str(error)) from None
    if not count:
        raise SystemExit('Nobody was told: is [notify] at = "critical" in tidewaiter.toml?')
    print(f"Told: look for {REPOSITORY}:latest in the mails of the topic {given.name}-mail.")
    print(f"Then try: tidewaiter show {digest} --memory dynamodb://{given.name}")


if __name__ == "__main__":
    main()
