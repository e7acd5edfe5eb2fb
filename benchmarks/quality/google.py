"""Records of Google Cloud: audit logs and the ``gcr`` topic.

Format: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
"""

import json
from base64 import b64encode
from datetime import datetime, timedelta
from urllib.parse import quote

from benchmarks.quality.cast import Actor, Picture, Repository, hexadecimal
from benchmarks.quality.deliveries import Json, Log

PROJECT = "shop-prod"
FOREIGN = "serviceAccount:loader@partner-lab.iam.gserviceaccount.com"
PLACE = "europe-west1"
HOST = f"{PLACE}-docker.pkg.dev"
_REGISTRY = f"projects/{PROJECT}/locations/{PLACE}/repositories"
_ZONE = f"projects/{PROJECT}/zones/{PLACE}-b"
_LINK = "https://www.googleapis.com/compute/v1"


class Google:
    """Google Cloud as the company uses it: Artifact Registry, GKE and machine images."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._address = ""

    def login(self, who: Actor, time: datetime, address: str) -> None:
        """``docker login``: nothing is logged of it, but what follows comes from there."""
        del who, time
        self._address = address

    def enumerate(self, who: Actor, time: datetime, names: list[str], address: str) -> None:
        """List the catalogue, and the tags of each image."""
        self._address = address
        self._docker(who, time, "Docker-Catalog", "", "/v2/_catalog")
        for name in names:
            time += timedelta(seconds=2)
            self._docker(who, time, "Docker-GetTags", name, f"/v2/{PROJECT}/{name}/tags/list")

    def pull(self, who: Actor, time: datetime, repository: Repository, tag: str) -> None:
        """``docker pull``."""
        url = f"/v2/{PROJECT}/{repository.name}/manifests/{tag}"
        self._docker(who, time, "Docker-GetManifest", repository.name, url)

    def push(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """``docker push``: the manifests, and the index last."""
        for child in image.children:
            self._put(who, time, repository, child, None)
        self._put(who, time + timedelta(seconds=4), repository, image, tag)

    def _put(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str | None
    ) -> None:
        url = f"/v2/{PROJECT}/{repository.name}/manifests/{tag or image.digest}"
        self._docker(who, time, "Docker-PutManifest", repository.name, url)
        self._topic("INSERT", time + timedelta(seconds=2), repository, image.digest, tag)

    def retag(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Give an image one more tag."""
        self._put(who, time, repository, image, tag)

    def delete(self, who: Actor, time: datetime, repository: Repository, image: Picture) -> None:
        """Delete an image by its digest."""
        url = f"/v2/{PROJECT}/{repository.name}/manifests/{image.digest}"
        self._docker(who, time, "Docker-DeleteManifest", repository.name, url)
        self._topic("DELETE", time + timedelta(seconds=2), repository, image.digest, None)

    def deploy(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Set the image of a deployment in GKE, by its digest."""
        del tag
        self._address = who.address(self._log.dice)
        name = repository.name.replace("/", "-")
        reference = f"{HOST}/{PROJECT}/{repository.name}@{image.digest}"
        container = {"name": name, "image": reference}
        told: Json = {
            "methodName": "io.k8s.apps.v1.deployments.patch",
            "serviceName": "k8s.io",
            "resourceName": f"apps/v1/namespaces/shop/deployments/{name}",
            "request": {
                "@type": "k8s.io/Patch",
                "spec": {"template": {"spec": {"containers": [container]}}},
            },
        }
        labels = {"cluster_name": "shop-gke", "location": PLACE, "project_id": PROJECT}
        resource = {"type": "k8s_cluster", "labels": labels}
        agent = "kubectl/v1.29.3 (linux/amd64) kubernetes/6813625"
        self._entry(who, time, told, resource, agent, "activity")

    def make(self, who: Actor, time: datetime, name: str, address: str) -> str:
        """Make an image of a disk; return its name."""
        image = f"projects/{PROJECT}/global/images/{name}-{hexadecimal(self._log.dice, 6)}"
        disk = f"{_LINK}/{_ZONE}/disks/build-{hexadecimal(self._log.dice, 4)}"
        asked = {"name": image.rpartition("/")[2], "sourceDisk": disk}
        self._compute(who, time, "images.insert", image, asked, address)
        return image

    def copy(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Copy an image under another name."""
        asked = {"name": "copy", "sourceImage": f"{_LINK}/{image}"}
        self._compute(who, time, "images.insert", f"{image}-dr", asked, address)

    def share(self, who: Actor, time: datetime, image: str, address: str, *, foreign: bool) -> None:
        """Let somebody else start machines of an image."""
        member = FOREIGN if foreign else f"serviceAccount:vm@{PROJECT}.iam.gserviceaccount.com"
        binding = {"role": "roles/compute.imageUser", "members": [member]}
        asked = {"policy": {"bindings": [binding]}, "resource": image.rpartition("/")[2]}
        self._compute(who, time, "images.setIamPolicy", image, asked, address)

    def launch(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Start a machine."""
        name = f"{_ZONE}/instances/vm-{hexadecimal(self._log.dice, 6)}"
        disk = {"boot": True, "initializeParams": {"sourceImage": f"{_LINK}/{image}"}}
        self._compute(who, time, "instances.insert", name, {"disks": [disk]}, address)

    def discard(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Delete an image."""
        self._compute(who, time, "images.delete", image, {}, address)

    def _topic(
        self, action: str, time: datetime, repository: Repository, digest: str, tag: str | None
    ) -> None:
        time = self._log.at(time)
        where = f"{HOST}/{PROJECT}/{repository.name}"
        told = {"action": action, "digest": f"{where}@{digest}"}
        told |= {"tag": f"{where}:{tag}"} if tag else {}
        message = {
            "data": b64encode(json.dumps(told).encode()).decode(),
            "messageId": str(self._log.dice.getrandbits(50)),
            "publishTime": f"{time:%Y-%m-%dT%H:%M:%S}.644Z",
        }
        subscription = f"projects/{PROJECT}/subscriptions/tidewaiter"
        self._log.add("gcr", time, {"message": message, "subscription": subscription})

    def _docker(self, who: Actor, time: datetime, method: str, name: str, url: str) -> None:
        path, _, image = name.partition("/")
        resource = f"{_REGISTRY}/{path}/dockerImages/{quote(image, safe='')}" if name else PROJECT
        told: Json = {
            "serviceName": "artifactregistry.googleapis.com",
            "methodName": method,
            "resourceName": resource,
            "request": {"requestMethod": _HTTP.get(method, "GET"), "requestUrl": url},
        }
        labels = {"project_id": PROJECT, "method": method}
        kind = {"type": "audited_resource", "labels": labels}
        self._entry(who, time, told, kind, f"{who.engine},gzip(gfe)", "data_access")

    def _compute(  # noqa: PLR0913, PLR0917 - a call has so many parts
        self, who: Actor, time: datetime, verb: str, resource: str, asked: Json, address: str
    ) -> None:
        """One operation, which is logged when it starts and when it is done."""
        self._address = address
        told: Json = {
            "serviceName": "compute.googleapis.com",
            "methodName": f"v1.compute.{verb}",
            "resourceName": resource,
            "request": {"@type": f"type.googleapis.com/compute.{verb}", **asked},
        }
        kind = {"type": "gce_image", "labels": {"project_id": PROJECT}}
        number = hexadecimal(self._log.dice, 12)
        for part in ({"first": True}, {"last": True}) if "Policy" not in verb else (None,):
            entry = self._entry(who, time, told, kind, who.agent, "activity")
            if part:
                entry["operation"] = {"id": f"operation-{number}", **part}
            told = {**told, "request": {"@type": told["request"]["@type"]}}
            time += timedelta(seconds=30)

    def _entry(  # noqa: PLR0913, PLR0917 - an entry has so many parts
        self, who: Actor, time: datetime, told: Json, kind: Json, agent: str, log: str
    ) -> Json:
        time = self._log.at(time)
        machine = who.kind == "pipeline"
        caller: Json = {
            "principalEmail": who.name,
            "principalSubject": f"{'serviceAccount' if machine else 'user'}:{who.name}",
        }
        if machine:
            account = f"//iam.googleapis.com/projects/{PROJECT}/serviceAccounts/{who.name}"
            caller["serviceAccountKeyName"] = f"{account}/keys/{who.key}"
        payload = {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "status": {},
            "authenticationInfo": caller,
            "requestMetadata": {"callerIp": self._address, "callerSuppliedUserAgent": agent},
            **told,
        }
        entry: Json = {
            "protoPayload": payload,
            "insertId": hexadecimal(self._log.dice, 12),
            "resource": kind,
            "timestamp": f"{time:%Y-%m-%dT%H:%M:%S}.204518Z",
            "severity": "INFO",
            "logName": f"projects/{PROJECT}/logs/cloudaudit.googleapis.com%2F{log}",
        }
        self._log.add("audit", time, entry)
        return entry


_HTTP = {"Docker-PutManifest": "PUT", "Docker-DeleteManifest": "DELETE"}
