"""Whose an image is, as its name tells: an account, a project, a namespace of a public registry."""

import re

from msgspec import Struct

from tidewaiter.model import Event, Grant, Image
from tidewaiter.ownership import is_ours
from tidewaiter.settings import Organization

_ECR = re.compile(r"(\d{12})\.dkr[.-]ecr[.-]")
_GOOGLE = re.compile(r"(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$")
_SHARED = frozenset({"docker.io", "ghcr.io", "public.ecr.aws", "quay.io", "registry.gitlab.com"})
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)/")
_PROJECT = re.compile(r"projects/([^/]+)/")
_BUCKET = re.compile(r"(?:s3://|https://storage\.googleapis\.com/)([^/]+)/")
_BLOBS = re.compile(r"https?://([^/]+)/")


class Publisher(Struct, frozen=True):
    """An ``account``, ``subscription``, ``project``, ``registry`` or ``bucket``, by its name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def publisher_of(image: Image) -> Publisher | None:
    """Tell who published ``image``; ``None`` where its name does not, as that of an AMI.

    >>> str(publisher_of(Image("docker.io", "library/nginx")))
    'registry docker.io/library'
    >>> str(publisher_of(Image("444455556666.dkr.ecr.eu-west-1.amazonaws.com", "web")))
    'account 444455556666'
    >>> str(publisher_of(Image(machine_image="projects/debian-cloud/global/images/debian-13")))
    'project debian-cloud'
    """
    if image.registry:
        return _of_registry(image.registry.lower(), image.repository or "")
    name = image.machine_image or image.name or ""
    for kind, pattern in _STORES:
        found = pattern.match(name)
        if found:
            return Publisher(kind, found[1].lower())
    return None


_STORES = (
    ("subscription", _SUBSCRIPTION),
    ("project", _PROJECT),
    ("bucket", _BUCKET),
    ("bucket", _BLOBS),
)


def _of_registry(host: str, repository: str) -> Publisher:
    account = _ECR.match(host)
    if account:
        return Publisher("account", account[1])
    first, slash, rest = repository.partition("/")
    if _GOOGLE.match(host) and slash:
        # The project example.com:shop is spelt example.com/shop.
        scoped = f"{first}:{rest.partition('/')[0]}" if "." in first else first
        return Publisher("project", scoped)
    return Publisher("registry", f"{host}/{first}" if host in _SHARED and slash else host)


def is_own(publisher: Publisher, event: Event, ours: Organization) -> bool:
    """Whether ``publisher`` belongs to the organisation that ``event`` happened in."""
    if publisher.kind == "registry":
        return publisher.name in {name.lower() for name in ours.registries}
    return is_ours(Grant(publisher.kind, publisher.name), event, ours)
