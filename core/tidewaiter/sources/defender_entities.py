"""What an alert of Microsoft Defender is about: addresses, accounts, images, pods, machines.

https://learn.microsoft.com/azure/sentinel/entities-reference

Entities refer to each other by ``{"$ref": "6"}``, or hold each other.
"""

from tidewaiter.addresses import without_port
from tidewaiter.model import Client, Image, Principal, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.azure_members import Members
from tidewaiter.sources.azure_terms import last_segment, segment

# In the order of how well they say what runs.
_WORKLOADS = ("k8s-pod", "k8s-deployment", "k8s-daemonset", "k8s-controller")


class Entities:
    """The entities of one alert."""

    def __init__(self, entities: list[Members]) -> None:
        self._by_id: dict[str, Members] = {}
        self._by_type: dict[str, list[Members]] = {}
        for entity in entities:
            name = entity.word("$id")
            if name:
                self._by_id.setdefault(name, entity)
            self._by_type.setdefault((entity.text("Type") or "").lower(), []).append(entity)

    def client(self) -> Client | None:
        """The first address; an alert about a login has the client's."""
        for entity in self._by_type.get("ip", ()):
            address = without_port(entity.text("Address"))
            if address:
                return Client(address=address)
        return None

    def principal(self) -> Principal | None:
        """The first account, of the directory, of a machine or of a cluster."""
        for entity in self._by_type.get("account", ()):
            name, suffix = entity.text("Name"), entity.text("UPNSuffix")
            found = f"{name}@{suffix}" if name and suffix else entity.text("AadUserId") or name
            if found:
                tenant = entity.text("AadTenantId")
                return Principal(found.lower(), type="User", account=tenant and tenant.lower())
        for entity in self._by_type.get("k8s-service-account", ()):
            space = self._related(entity, "Namespace").text("Name") or "default"
            name = entity.text("Name")
            if name:
                return Principal(f"system:serviceaccount:{space}:{name}", type="ServiceAccount")
        return None

    def images(self) -> tuple[Image, ...]:
        """The images that are named, whether or not they run."""
        containers = self._by_type.get("container", ())
        named = [
            *self._by_type.get("container-image", ()),
            *(self._related(one, "Image") for one in containers),
        ]
        found = (image.text("ImageId") for image in named)
        return tuple(dict.fromkeys(parse_reference(name) for name in found if name))

    def workload(self) -> Workload | None:
        """The pod or what made it, else the machine."""
        for kind in _WORKLOADS:
            for entity in self._by_type.get(kind, ()):
                space = self._related(entity, "Namespace")
                scope = (self._cluster(space), space.text("Name"))
                return Workload(
                    kind=kind.removeprefix("k8s-"),
                    name=entity.text("Name"),
                    scope="/".join(part for part in scope if part) or None,
                )
        for entity in self._by_type.get("host", ()):
            group = segment((entity.text("AzureID") or "").lower(), "resourcegroups")
            return Workload(kind="virtual machine", name=entity.text("HostName"), scope=group)
        return None

    def _cluster(self, namespace: Members) -> str | None:
        """The name of the resource that the namespace's cluster is in its cloud."""
        cluster = self._related(namespace, "Cluster")
        resource = self._related(cluster, "CloudResource")
        found = resource.text("ResourceName", "ResourceId") or cluster.text("Name")
        return last_segment(found.rstrip("/")) or None if found else None

    def _related(self, entity: Members, name: str) -> Members:
        held = entity.inner(name)
        return self._by_id.get(held.word("$ref") or "", held)
