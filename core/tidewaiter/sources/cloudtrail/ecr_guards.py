"""Settings of Amazon ECR that guard images: tags that cannot be moved, scans of what is pushed.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html,
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html,
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryScanningConfiguration.html
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Change
from tidewaiter.sources.cloudtrail import ecr
from tidewaiter.sources.cloudtrail.call import Call, Told, Verbs, answered, requested

EVERYTHING = "*"  # a filter that every repository fits
UNASKED = "MANUAL"  # the one frequency that scans only when somebody asks
# With exclusions, some tags can be moved and some cannot.
MUTABILITY = {"IMMUTABLE": "on", "MUTABLE": "off"}


class Scanning(Struct, rename="camel"):
    """Whether a repository's images are scanned when they are pushed."""

    scan_on_push: bool | None = None


class Filter(Struct):
    """Which repositories a rule is for."""

    filter: str | None = None


class Rule(Struct, rename="camel"):
    """How often what is scanned."""

    scan_frequency: str | None = None
    repository_filters: tuple[Filter, ...] | None = None


class Repository(Struct, rename="camel"):
    """What a repository's settings are called in requests and answers."""

    image_tag_mutability: str | None = None
    image_scanning_configuration: Scanning | None = None


class Request(Repository, rename="camel"):
    """What callers send, whatever the verb."""

    rules: tuple[Rule, ...] | None = None


class Answer(Struct):
    """What CreateRepository answers: every setting, also those not asked for."""

    repository: Repository | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)


def _told(call: Call, *changes: Change) -> Told:
    return Told(
        activity=Activity.REGISTRY_CHANGED, images=ecr.repositories_of(call), changes=changes
    )


def _settings(call: Call, told: Repository, *, stated: bool = False) -> list[Change]:
    home = next((image.home for image in ecr.repositories_of(call)), None)
    changes = []
    if told.image_tag_mutability:
        to = MUTABILITY.get(told.image_tag_mutability, "narrowed")
        changes.append(Change("tag immutability", to, home, stated))
    scans = told.image_scanning_configuration and told.image_scanning_configuration.scan_on_push
    if scans is not None:
        changes.append(Change("scan on push", "on" if scans else "off", home, stated))
    return changes


def _set(call: Call) -> Told:
    return _told(call, *_settings(call, requested(call, _REQUEST)))


def _create(call: Call) -> Told:
    """Read the settings that a new repository begins with."""
    request = requested(call, _REQUEST)
    made = answered(call, _ANSWER).repository or request
    return _told(call, *_settings(call, made, stated=True))


def _scan_registry(call: Call) -> Told:
    """Read the rules of a whole registry, which take the place of those before."""
    rules = requested(call, _REQUEST).rules
    if rules is None:
        return _told(call)
    unasked = [rule for rule in rules if rule.scan_frequency != UNASKED]
    filters = {each.filter for rule in unasked for each in rule.repository_filters or ()}
    to = "on" if EVERYTHING in filters else "narrowed" if filters else "off"
    return _told(call, Change("scan on push", to, ecr.home_of(call, ecr.Request()).registry))


VERBS: Verbs = {
    "CreateRepository": _create,
    "PutImageScanningConfiguration": _set,
    "PutImageTagMutability": _set,
    "PutRegistryScanningConfiguration": _scan_registry,
}
