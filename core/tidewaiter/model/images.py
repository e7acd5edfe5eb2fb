"""Images, of containers and of machines, and what runs them."""

from msgspec import Struct

UNKNOWN_DIGEST = "unknown:"
"""Begins what stands for the digest of a push whose log does not tell it (see ``twins``)."""


def is_told(digest: str | None) -> bool:
    """Whether a log told ``digest``, and it does not only stand for content that none tells."""
    return not (digest or UNKNOWN_DIGEST).startswith(UNKNOWN_DIGEST)


class Layer(Struct, frozen=True, omit_defaults=True):
    """One layer of a container image; ``size`` is the compressed size in bytes."""

    digest: str  # sha256:...
    size: int | None = None  # bytes, compressed


class Image(Struct, frozen=True, omit_defaults=True):
    """A container image (registry, repository, tag, digest) or a machine image (``machine_image``).

    ``layers`` are in order, base first; empty means unknown.  ``children`` are the manifests of an
    index; of a Google machine image, its number, by which workloads may name it.  ``artifact``
    names what a manifest holds when it is not a runnable image (attestation, cache, chart).
    ``machine_image`` is an AMI id, a lower-case Azure resource id or
    ``projects/P/global/images/N``.
    """

    registry: str | None = None  # host, lower case
    repository: str | None = None  # name within the registry
    tag: str | None = None  # what people call the content, and may move
    digest: str | None = None  # sha256:...
    media_type: str | None = None  # of the manifest
    layers: tuple[Layer, ...] = ()  # in order, base first; empty means unknown
    children: tuple[str, ...] = ()  # digests of the manifests of an index
    artifact: str | None = None  # what a manifest holds that is no runnable image
    machine_image: str | None = None  # AMI id, Azure resource id, projects/P/global/images/N
    name: str | None = None  # a machine image's name

    @property
    def home(self) -> str | None:
        """The repository with its registry, ``None`` for a machine image."""
        if self.registry and self.repository:
            return f"{self.registry}/{self.repository}"
        return self.registry or self.repository

    @property
    def tagged(self) -> str | None:
        """The repository with its registry and the tag, where both are told."""
        return f"{self.home}:{self.tag}" if self.home and self.tag else None

    @property
    def reference(self) -> str:
        """As a person would write it: ``host/repo:tag@sha256:...`` or the machine image's id."""
        if self.machine_image:
            return self.machine_image
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.home or ''}{tag}{digest}"

    @property
    def key(self) -> str | None:
        """What an incident is about: the content, wherever its tags point.  ``None`` if unknown."""
        if self.machine_image:
            return self.machine_image
        return f"{self.home}@{self.digest}" if self.digest and self.home else None

    @property
    def runnable(self) -> bool:
        """Whether this can be an image somebody runs, as opposed to an attestation or a cache."""
        return self.artifact is None


class Grant(Struct, frozen=True, omit_defaults=True, repr_omit_defaults=True):
    """To whom an image, a bucket or an object was opened (or closed).

    ``public`` (everybody), ``account``, ``organization``, ``unit`` (organizational unit),
    ``tenant``, ``subscription``, ``project``, ``principal`` (one user, group or service account),
    ``domain``.
    """

    kind: str  # what ``to`` names
    to: str | None = None  # whom; absent for everybody
    permission: str | None = None  # what it allows, in the vendor's word: READ, roles/viewer


class Workload(Struct, frozen=True, omit_defaults=True):
    """What runs an image, or could."""

    kind: str  # "ecs service", "pod", "deployment", "ec2 instance", "virtual machine", ...
    name: str | None = None  # or id: "prod", i-0abc...
    scope: str | None = None  # cluster, cluster/namespace, resource group
    definition: str | None = None  # the template it was started from (an ECS task definition)
    machine_type: str | None = None  # t3.large, Standard_B1s, e2-medium
    status: str | None = None  # what it is after the event, in the vendor's word: running

    @property
    def label(self) -> str:
        """``kind scope/name``, as told in a story."""
        place = "/".join(part for part in (self.scope, self.name) if part)
        return f"{self.kind} {place}".strip()


class Change(Struct, frozen=True, omit_defaults=True):
    """A setting that guards images, or by which we see, and what it was set to.

    ``what`` is one of ``GUARDS`` (of a registry, a cluster or an account) or ``EYES``.
    """

    what: str  # tag immutability, audit trail, ...
    to: str  # on, off, narrowed, added, removed, broken
    of: str | None = None  # whose: repository with registry, trail, cluster, rule
    stated: bool = False  # the call states a whole configuration: news only if it differs


GUARDS = (
    "tag immutability",
    "scan on push",
    "quarantine",
    "content trust",
    "image admission",  # Binary Authorization, or an admission policy
    "admin user",  # of a registry
    "registry token",
    "webhook",
    "replication",
    "pull-through",
    "public access block",
    "anonymous pull",  # from a registry, by everybody
    "denials",  # in the policy of a repository or registry
    "attestor",  # who may vouch for images
    "export",  # of a registry's images to elsewhere
    "network rules",  # that let only some addresses in
    "public network access",
)
EYES = (
    "audit trail",
    "audit selectors",
    "diagnostic setting",
    "activity alert",
    "log sink",
    "audit configuration",
    "event rule",
    "subscription",
    "scanner",
    "function of ours",
    "memory of ours",
)
