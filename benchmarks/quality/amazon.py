"""Records of AWS: CloudTrail, and what EventBridge tells of ECR.

Format: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html
"""

import json
from datetime import datetime, timedelta

from benchmarks.quality.cast import Actor, Picture, Repository, hexadecimal, identifier
from benchmarks.quality.deliveries import Json, Log
from benchmarks.quality.manifests import manifest_of

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
FOREIGN = "999988887777"
REGION = "eu-west-1"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
HIDDEN = "AWS Internal"


class Amazon:
    """AWS as the company uses it: ECR, ECS and machine images."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._revision = 0

    def login(self, who: Actor, time: datetime, address: str) -> None:
        """``aws ecr get-login-password``."""
        self._call(who, time, "ecr", "GetAuthorizationToken", address=address)

    def enumerate(self, who: Actor, time: datetime, names: list[str], address: str) -> None:
        """List the repositories of three regions, and the images of each."""
        for region in (REGION, "us-east-1", "ap-southeast-2"):
            asked: Json = {"maxResults": 2}
            self._call(who, time, "ecr", "DescribeRepositories", asked, None, address, region)
            for name in names if region == REGION else ():
                time += timedelta(seconds=2)
                asked = {"repositoryName": name, "filter": {"tagStatus": "ANY"}}
                self._call(who, time, "ecr", "ListImages", asked, None, address, region)

    def pull(self, who: Actor, time: datetime, repository: Repository, tag: str) -> None:
        """``docker pull``."""
        asked = {"repositoryName": repository.name, "imageIds": [{"imageTag": tag}]}
        self._call(who, time, "ecr", "BatchGetImage", {"registryId": ACCOUNT, **asked})

    def push(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """``docker push``: what is new of its layers, its manifests, and its index last."""
        asked = {"registryId": ACCOUNT, "repositoryName": repository.name}
        for verb in ("InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"):
            self._call(who, time, "ecr", verb, asked)
        for one, name in (*((child, None) for child in image.children), (image, tag)):
            self._put(who, time + timedelta(seconds=4), repository, one, name)

    def _put(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str | None
    ) -> None:
        manifest = manifest_of(image)
        asked = {"repositoryName": repository.name, "imageManifest": json.dumps(manifest)}
        named = {"imageDigest": image.digest, **({"imageTag": tag} if tag else {})}
        given = {"image": {"repositoryName": repository.name, "imageId": named}}
        tagged = {"imageTag": tag} if tag else {}
        self._call(who, time, "ecr", "PutImage", {"registryId": ACCOUNT, **asked, **tagged}, given)
        self._action("PUSH", time + timedelta(seconds=2), repository, image.digest, tag)

    def retag(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Give an image one more tag."""
        self._put(who, time, repository, image, tag)

    def delete(self, who: Actor, time: datetime, repository: Repository, image: Picture) -> None:
        """Delete an image by its digest."""
        named = [{"imageDigest": image.digest}]
        asked = {"repositoryName": repository.name, "imageIds": named}
        given = {"imageIds": named, "failures": []}
        self._call(who, time, "ecr", "BatchDeleteImage", asked, given)

    def deploy(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """A new task definition, and its service restarted."""
        del image  # ECS is told the tag
        self._revision += 1
        family = repository.name.replace("/", "-")
        definition = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{family}:{self._revision}"
        container = {"name": family, "image": f"{HOST}/{repository.name}:{tag}"}
        asked: Json = {"family": family, "containerDefinitions": [container]}
        given: Json = {"taskDefinition": {"taskDefinitionArn": definition, "family": family}}
        address = who.address(self._log.dice)
        self._call(who, time, "ecs", "RegisterTaskDefinition", asked, given, address)
        asked = {"cluster": "prod", "service": family, "taskDefinition": definition}
        given = {"service": {"serviceName": family, "taskDefinition": definition}}
        time += timedelta(seconds=6)
        self._call(who, time, "ecs", "UpdateService", asked, given, address)

    def make(self, who: Actor, time: datetime, name: str, address: str) -> str:
        """Make a machine image of a running instance; return its id."""
        dice = self._log.dice
        image = f"ami-{hexadecimal(dice, 17)}"
        asked: Json = {"instanceId": f"i-{hexadecimal(dice, 17)}", "name": name, "noReboot": True}
        self._call(who, time, "ec2", "CreateImage", asked, {"imageId": image}, address)
        found: Json = {"imagesSet": {"items": [{"imageId": image}]}}
        time += timedelta(seconds=20)
        self._call(who, time, "ec2", "DescribeImages", found, None, address)
        return image

    def copy(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Copy a machine image to another region."""
        asked = {"sourceRegion": REGION, "sourceImageId": image, "name": f"dr-{image}"}
        given = {"imageId": f"ami-{hexadecimal(self._log.dice, 17)}"}
        self._call(who, time, "ec2", "CopyImage", asked, given, address, "eu-central-1")

    def share(self, who: Actor, time: datetime, image: str, address: str, *, foreign: bool) -> None:
        """Let another account start machines of an image."""
        items = [{"userId": FOREIGN if foreign else OTHER_ACCOUNT}]
        asked = {"imageId": image, "launchPermission": {"add": {"items": items}}}
        asked["attributeType"] = "launchPermission"
        self._call(who, time, "ec2", "ModifyImageAttribute", asked, {"_return": True}, address)

    def launch(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Start a machine."""
        asked = {"instancesSet": {"items": [{"imageId": image, "minCount": 1, "maxCount": 1}]}}
        machine = {"instanceId": f"i-{hexadecimal(self._log.dice, 17)}", "imageId": image}
        given = {"instancesSet": {"items": [machine]}}
        self._call(who, time, "ec2", "RunInstances", asked, given, address)

    def discard(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Deregister a machine image."""
        asked, given = {"imageId": image}, {"_return": True}
        self._call(who, time, "ec2", "DeregisterImage", asked, given, address)

    def _action(
        self, action: str, time: datetime, repository: Repository, digest: str, tag: str | None
    ) -> None:
        time = self._log.at(time)
        detail = {
            "result": "SUCCESS",
            "repository-name": repository.name,
            "image-digest": digest,
            "action-type": action,
            **({"image-tag": tag} if tag else {}),
        }
        notice = {
            "version": "0",
            "id": identifier(self._log.dice),
            "detail-type": "ECR Image Action",
            "source": "aws.ecr",
            "account": ACCOUNT,
            "time": f"{time:%Y-%m-%dT%H:%M:%SZ}",
            "region": REGION,
            "resources": [],
            "detail": detail,
        }
        self._log.add("eventbridge", time, notice)

    def _call(  # noqa: PLR0913, PLR0917 - a call has so many parts
        self,
        who: Actor,
        time: datetime,
        service: str,
        verb: str,
        asked: Json | None = None,
        given: Json | None = None,
        address: str | None = None,
        region: str = REGION,
    ) -> None:
        time = self._log.at(time)
        record = {
            "eventVersion": "1.11",
            "userIdentity": _identity(who, time, hidden=address is None),
            "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": f"{service}.amazonaws.com",
            "eventName": verb,
            "awsRegion": region,
            "sourceIPAddress": address or HIDDEN,
            "userAgent": who.agent if address else HIDDEN,
            "requestParameters": asked,
            "responseElements": given,
            "requestID": identifier(self._log.dice),
            "eventID": identifier(self._log.dice),
            "readOnly": verb.startswith(("Describe", "List", "Get", "BatchGet")),
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
        }
        self._log.add("cloudtrail", time, record)


def _identity(who: Actor, time: datetime, *, hidden: bool) -> Json:
    session = f"{time.replace(minute=0, second=0):%Y-%m-%dT%H:%M:%SZ}"
    context: Json = {"attributes": {"creationDate": session, "mfaAuthenticated": "false"}}
    internal = {"invokedBy": HIDDEN} if hidden else {}
    if who.kind == "person":
        # A registry's token is a session of the user whose key fetched it.
        credential = {"accessKeyId": f"{'ASIA' if hidden else 'AKIA'}{who.key}"}
        return {
            "type": "IAMUser",
            "principalId": f"AIDA{who.key}",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/{who.name}",
            "accountId": ACCOUNT,
            "userName": who.name,
            **credential,
            **({"sessionContext": context} if hidden else {}),
            **internal,
        }
    build = f"run-{int(time.timestamp()) // 3600}"
    context["sessionIssuer"] = {
        "type": "Role",
        "principalId": f"AROA{who.key}",
        "arn": f"arn:aws:iam::{ACCOUNT}:role/{who.name}",
        "accountId": ACCOUNT,
        "userName": who.name,
    }
    return {
        "type": "AssumedRole",
        "principalId": f"AROA{who.key}:{build}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{who.name}/{build}",
        "accountId": ACCOUNT,
        "accessKeyId": f"ASIA{who.key[:10]}{int(time.timestamp()) // 3600:06d}",
        "sessionContext": context,
        **internal,
    }
