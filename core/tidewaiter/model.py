"""The unified cloud infrastructure data model: what one log record says, whatever cloud wrote it.

Detectors match on :class:`Activity`, a closed vocabulary; the vendor's own verb is kept verbatim in
``Event.operation``.  Absent is ``None`` (or an empty tuple), never ``""`` or ``"unknown"``.
"""

import hashlib
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

UNKNOWN_DIGEST = "unknown:"
"""Begins what stands for the digest of a push whose log does not tell it (see ``twins``)."""


NOBODY = "?"
"""Stands for the actor that a record does not tell."""


def is_told(digest: str | None) -> bool:
    """Whether a log told ``digest``, and it does not only stand for content that none tells."""
    return not (digest or UNKNOWN_DIGEST).startswith(UNKNOWN_DIGEST)


class Activity(StrEnum):
    """What was done, in words that mean the same on every cloud."""

    IMAGE_PUSHED = "image.pushed"  # a manifest was put into a registry (a retag is one, too)
    IMAGE_PULLED = "image.pulled"
    IMAGE_COPIED = "image.copied"  # content came from another registry, region, account or project
    IMAGE_CREATED = "image.created"  # a machine image was created, registered, captured, imported
    IMAGE_SHARED = "image.shared"  # others were allowed to use it; see Event.grants
    IMAGE_UNSHARED = "image.unshared"
    IMAGE_DELETED = "image.deleted"
    IMAGE_UNTAGGED = "image.untagged"
    IMAGE_BUILT = "image.built"  # by a registry's own build service or a docker daemon
    IMAGE_SCANNED = "image.scanned"
    IMAGE_CHANGED = "image.changed"  # a machine image's state or description, not its content
    LAYER_UPLOADED = "layer.uploaded"
    REGISTRY_LOGIN = "registry.login"
    REGISTRY_LISTED = "registry.listed"  # a catalogue, repositories, tags or machine images
    REGISTRY_CHANGED = "registry.changed"  # repository or registry created, deleted, reconfigured
    WORKLOAD_DEFINED = "workload.defined"  # a task definition or template that names an image
    WORKLOAD_DEPLOYED = "workload.deployed"  # something starts to run an image


class Outcome(StrEnum):
    """How it ended.  Failed calls are kept, and never count as done."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"  # the first record of a long operation: another one tells how it ended


class PrincipalKind(StrEnum):
    """Who acts, as far as a log can tell."""

    HUMAN = "human"
    PIPELINE = "pipeline"
    SERVICE = "service"


class Principal(Struct, frozen=True, omit_defaults=True):
    """Who acted: ``id`` is *stable*, the same in every session.

    AWS: ARN of the user or of the role (never of the session).  Azure: UPN or, for an application,
    its object or application id.  Google: the e-mail address.  Registries: the account name.
    """

    id: str
    name: str | None = None  # as people say it: "alice", "role ci-deploy"
    type: str | None = None  # the vendor's word: IAMUser, AssumedRole, ServicePrincipal, ...
    account: str | None = None  # the account, tenant or project that the principal belongs to
    kind: PrincipalKind | None = None  # filled by enrich

    @property
    def label(self) -> str:
        """The name, or else the id."""
        return self.name or self.id


class Credential(Struct, frozen=True, omit_defaults=True):
    """What the principal acted with ("API token"): an identifier, never a secret.

    ``session`` joins the calls of one session where the key id changes on the way (AWS: role ARN
    or user plus the creation date of the session).  ``issued_to`` is the session's own name (role
    session name).
    """

    id: str | None = None  # AKIA..., ASIA..., token or key id
    session: str | None = None
    issued_to: str | None = None
    mfa: bool | None = None


class Client(Struct, frozen=True, omit_defaults=True):
    """Where a call came from, verbatim; ``zone`` and ``family`` are filled by enrich.

    ``address`` may be a service's name (``AWS Internal``, ``ecs.amazonaws.com``,
    ``gcp-internal-ip``).
    """

    address: str | None = None
    user_agent: str | None = None
    zone: str | None = None  # external, internal, trusted, service
    family: str | None = None  # docker, aws-cli, boto3, ...; None where the agent tells nothing


class Layer(Struct, frozen=True, omit_defaults=True):
    """One layer of a container image; ``size`` is the compressed size in bytes."""

    digest: str
    size: int | None = None


class Image(Struct, frozen=True, omit_defaults=True):
    """A container image (registry, repository, tag, digest) or a machine image (``machine_image``).

    ``layers`` are in order, base first; empty means unknown.  ``children`` are the manifests of an
    index; of a Google machine image, its number, by which workloads may name it.  ``artifact``
    names what a manifest holds when it is not a runnable image (attestation, cache, chart).
    ``machine_image`` is an AMI id, a lower-case Azure resource id or
    ``projects/P/global/images/N``.
    """

    registry: str | None = None  # host, lower case
    repository: str | None = None
    tag: str | None = None
    digest: str | None = None  # sha256:...
    media_type: str | None = None
    layers: tuple[Layer, ...] = ()
    children: tuple[str, ...] = ()
    artifact: str | None = None
    machine_image: str | None = None
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


class Grant(Struct, frozen=True, omit_defaults=True):
    """To whom an image was opened (or closed): ``kind`` says what ``to`` names.

    ``public`` (everybody), ``account``, ``organization``, ``unit`` (organizational unit),
    ``tenant``, ``subscription``, ``project``, ``principal`` (one user, group or service account),
    ``domain``.
    """

    kind: str
    to: str | None = None


class Workload(Struct, frozen=True, omit_defaults=True):
    """What runs an image.  ``definition`` is the template it was started from (an ECS task
    definition).
    """

    kind: str  # "ecs service", "pod", "deployment", "ec2 instance", "virtual machine", ...
    name: str | None = None
    scope: str | None = None  # cluster, cluster/namespace, resource group
    definition: str | None = None

    @property
    def label(self) -> str:
        """``kind scope/name``, as told in a story."""
        place = "/".join(part for part in (self.scope, self.name) if part)
        return f"{self.kind} {place}".strip()


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One log record, normalised.

    ``id`` is the record's own id, stable over redeliveries.  ``act`` is the operation's: equal in
    every record that tells of the same operation (first and last of a long one, copies of two
    trails). ``time`` is when it happened, in UTC.  ``awaits`` is set by feeds that hide the actor:
    it names the log that would tell, in words for an operator.
    """

    id: str
    act: str
    time: datetime
    provider: str  # aws, azure, gcp, registry, kubernetes
    source: str  # the reader's name
    activity: Activity
    operation: str  # the vendor's verb, verbatim
    outcome: Outcome = Outcome.SUCCESS
    error: str | None = None
    service: str | None = None
    account: str | None = None  # AWS account, Azure subscription, Google project
    region: str | None = None
    principal: Principal | None = None
    credential: Credential | None = None
    client: Client | None = None
    images: tuple[Image, ...] = ()
    origin: Image | None = None  # of a copy or creation: what it was made from
    grants: tuple[Grant, ...] = ()
    workload: Workload | None = None
    awaits: str | None = None

    @property
    def actor_id(self) -> str:
        """The stable id of the principal, or what stands for one that is not told."""
        return self.principal.id if self.principal else NOBODY

    @property
    def workload_label(self) -> str:
        """What starts to run, or else the verb that started it."""
        return self.workload.label if self.workload else self.operation

    @property
    def done(self) -> bool:
        """Whether it is known to have succeeded."""
        return self.outcome is Outcome.SUCCESS


def short_hash(*parts: str | None) -> str:
    """Return 16 hexadecimal digits that name ``parts``, unambiguously joined."""
    text = "\x1f".join(part or "" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
