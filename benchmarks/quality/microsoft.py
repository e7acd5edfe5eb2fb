"""Records of Azure: ACR's resource logs, Event Grid, the Activity Log and AKS.

Format: https://learn.microsoft.com/azure/container-registry/monitor-container-registry-reference,
https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
"""

import json
from datetime import datetime, timedelta

from benchmarks.quality.cast import Actor, Picture, Repository, identifier
from benchmarks.quality.deliveries import Json, Log

SUBSCRIPTION = "11112222-3333-4444-5555-666677778888"
TENANT = "99990000-aaaa-4bbb-8ccc-ddddeeeeffff"
FOREIGN = "aaaa9999-0000-4000-8000-000000000009"
HOST = "shopregistry.azurecr.io"
_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Shop-RG/providers"
_REGISTRY = f"{_GROUP}/Microsoft.ContainerRegistry/registries/ShopRegistry"
_GALLERY = f"{_GROUP}/Microsoft.Compute/galleries/Shop_Gallery"
_CLAIMS = "http://schemas.microsoft.com/identity/claims"
_OCI = "application/vnd.oci.image"


class Microsoft:
    """Azure as the company uses it: ACR, AKS and an image gallery."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._address = ""
        self._version = 0

    def login(self, who: Actor, time: datetime, address: str) -> None:
        """``docker login``: what follows comes from there, which ACR tells of each call."""
        self._address = address
        self._registry(who, time, "Login", {}, address)

    def enumerate(self, who: Actor, time: datetime, names: list[str], address: str) -> None:
        """List a catalogue: ACR logs the login, and no listing."""
        del names
        self.login(who, time, address)

    def pull(self, who: Actor, time: datetime, repository: Repository, tag: str) -> None:
        """``docker pull``."""
        found = repository.latest
        named = {"repository": repository.name, "tag": tag}
        named |= {"digest": found.digest} if found else {}
        self._registry(who, time, "Pull", named, self._address)

    def push(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """``docker push``: a layer, the manifests, and the index last."""
        layer = {"mediaType": "application/octet-stream", "size": 3208}
        layer |= {"repository": repository.name}
        self._registry(who, time, "Push", layer, self._address)
        for child in image.children:
            self._put(who, time + timedelta(seconds=4), repository, child, None)
        self._put(who, time + timedelta(seconds=6), repository, image, tag)

    def _put(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str | None
    ) -> None:
        dice = self._log.dice
        kind = f"{_OCI}.{'index' if image.children else 'manifest'}.v1+json"
        target = {"mediaType": kind, "size": 1367, "digest": image.digest}
        target |= {"repository": repository.name, **({"tag": tag} if tag else {})}
        self._registry(who, time, "Push", target, self._address)
        time = self._log.at(time + timedelta(seconds=2))
        notice = {
            "id": identifier(dice),
            "topic": _REGISTRY,
            "subject": f"{repository.name}:{tag or ''}",
            "eventType": "Microsoft.ContainerRegistry.ImagePushed",
            "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}",
            "data": {
                "id": identifier(dice),
                "timestamp": f"{time:%Y-%m-%dT%H:%M:%SZ}",
                "action": "push",
                "target": target,
                "request": {"id": identifier(dice), "host": HOST, "method": "PUT"},
            },
            "dataVersion": "1.0",
            "metadataVersion": "1",
        }
        self._log.add("eventgrid", time, notice)

    def retag(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Give an image one more tag."""
        self._put(who, time, repository, image, tag)

    def delete(self, who: Actor, time: datetime, repository: Repository, image: Picture) -> None:
        """Delete an image by its digest."""
        named = {"repository": repository.name, "digest": image.digest}
        self._registry(who, time, "Delete", named, self._address)

    def deploy(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Set the image of a deployment in AKS."""
        del image  # the cluster is told the tag
        time = self._log.at(time)
        record = {
            "time": f"{time:%Y-%m-%dT%H:%M:%S.0000000Z}",
            "category": "kube-audit-admin",
            "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
            "resourceId": f"{_GROUP}/Microsoft.ContainerService/managedClusters/Shop-AKS".upper(),
            "properties": {"log": json.dumps(self._patch(who, time, repository, tag))},
        }
        self._log.add("aks", time, record)

    def _patch(self, who: Actor, time: datetime, repository: Repository, tag: str) -> Json:
        name = repository.name.replace("/", "-")
        container = {"name": name, "image": f"{HOST}/{repository.name}:{tag}"}
        spec = {"spec": {"template": {"spec": {"containers": [container]}}}}
        now = f"{time:%Y-%m-%dT%H:%M:%S.000000Z}"
        return {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "level": "RequestResponse",
            "auditID": identifier(self._log.dice),
            "stage": "ResponseComplete",
            "requestURI": f"/apis/apps/v1/namespaces/shop/deployments/{name}",
            "verb": "patch",
            "user": {"username": who.name, "groups": ["system:authenticated"]},
            "sourceIPs": [who.address(self._log.dice)],
            "userAgent": "kubectl/v1.29.3 (linux/amd64) kubernetes/6813625",
            "objectRef": {
                "resource": "deployments",
                "namespace": "shop",
                "name": name,
                "apiGroup": "apps",
                "apiVersion": "v1",
            },
            "responseStatus": {"metadata": {}, "code": 200},
            "requestReceivedTimestamp": now,
            "stageTimestamp": now,
            "requestObject": spec,
        }

    def bring_in(self, who: Actor, time: datetime, source: str, target: str, address: str) -> None:
        """Import an image of Docker Hub into the registry."""
        where = {"registryUri": "docker.io", "sourceImage": source}
        body = {"source": where, "targetTags": [target], "mode": "Force"}
        verb = "Microsoft.ContainerRegistry/registries/importImage/action"
        self._manage(who, time, verb, _REGISTRY, body, address)

    def make(self, who: Actor, time: datetime, name: str, address: str) -> str:
        """Make a version of an image in the gallery; return its id."""
        self._version += 1
        version = f"{_GALLERY}/images/{name}/versions/1.0.{self._version}"
        machine = f"{_GROUP}/Microsoft.Compute/virtualMachines/build-{self._version}"
        body = {"properties": {"storageProfile": {"source": {"virtualMachineId": machine}}}}
        verb = "Microsoft.Compute/galleries/images/versions/write"
        self._manage(who, time, verb, version, body, address)
        return version

    def share(self, who: Actor, time: datetime, image: str, address: str, *, foreign: bool) -> None:
        """Let another subscription start machines of the gallery's images."""
        del image  # a gallery is shared as a whole
        groups = [{"type": "Subscriptions", "ids": [FOREIGN if foreign else SUBSCRIPTION]}]
        body = {"operationType": "Add", "groups": groups}
        verb = "Microsoft.Compute/galleries/share/action"
        self._manage(who, time, verb, _GALLERY, body, address)

    def launch(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Start a machine."""
        name = f"vm-{identifier(self._log.dice)[:6]}"
        body = {"properties": {"storageProfile": {"imageReference": {"id": image}}}}
        machine = f"{_GROUP}/Microsoft.Compute/virtualMachines/{name}"
        verb = "Microsoft.Compute/virtualMachines/write"
        self._manage(who, time, verb, machine, body, address)

    def discard(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Delete a version of an image in the gallery."""
        verb = "Microsoft.Compute/galleries/images/versions/delete"
        self._manage(who, time, verb, image, {}, address)

    def copy(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Copy a version to a gallery for recovery."""
        version = image.replace("Shop_Gallery", "Recovery_Gallery")
        body = {"properties": {"storageProfile": {"source": {"id": image}}}}
        verb = "Microsoft.Compute/galleries/images/versions/write"
        self._manage(who, time, verb, version, body, address)

    def _registry(self, who: Actor, time: datetime, verb: str, named: Json, address: str) -> None:
        time = self._log.at(time)
        record = {
            "time": f"{time:%Y-%m-%dT%H:%M:%S}.4471234Z",
            "resourceId": _REGISTRY.upper(),
            "category": f"ContainerRegistry{'Login' if verb == 'Login' else 'Repository'}Events",
            "operationName": verb,
            "operationVersion": "1.0",
            "resultType": "200",
            "callerIpAddress": address,
            "correlationId": identifier(self._log.dice),
            "location": "westeurope",
            "identity": who.name,
            "properties": {"loginServer": HOST, "userAgent": who.engine, **named},
        }
        self._log.add("acr", time, record)

    def _manage(  # noqa: PLR0913, PLR0917 - a call has so many parts
        self, who: Actor, time: datetime, verb: str, resource: str, body: Json, address: str
    ) -> None:
        """One operation, which is logged when it starts and when it is done."""
        correlation = identifier(self._log.dice)
        for result, signature in (("Start", "Started."), ("Success", "Succeeded.OK")):
            time = self._log.at(time)
            record = {
                "time": f"{time:%Y-%m-%dT%H:%M:%S}.3810679Z",
                "resourceId": resource.upper(),
                "operationName": verb.upper(),
                "category": "Administrative",
                "resultType": result,
                "resultSignature": signature,
                "callerIpAddress": address,
                "correlationId": correlation,
                "identity": {"authorization": {"scope": resource}, "claims": _claims(who)},
                "level": "Information",
                "tenantId": TENANT,
                "properties": {"requestbody": json.dumps(body)},
            }
            self._log.add("activity", time, record)
            time += timedelta(seconds=2)


def _claims(who: Actor) -> Json:
    tenant = {f"{_CLAIMS}/tenantid": TENANT, f"{_CLAIMS}/objectidentifier": who.key}
    if who.kind == "person":
        upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
        return {**tenant, upn: who.name, "name": who.name}
    return {**tenant, "appid": who.name, "idtyp": "app"}
