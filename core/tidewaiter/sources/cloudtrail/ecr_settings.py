"""Settings of Amazon ECR that let images in from elsewhere, or out to others.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html,
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html,
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html

A policy opens by what it allows and guards by what it denies; its end takes both away.
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Change, Grant, Image
from tidewaiter.references import parse_reference
from tidewaiter.sources.cloudtrail import ecr
from tidewaiter.sources.cloudtrail.call import Call, Told, Verbs, answered, requested
from tidewaiter.sources.cloudtrail.policies import denies, grants_in

REPLICATE = "ecr:ReplicateImage"  # what a destination must have allowed
ROOT = "ROOT"  # no prefix


class Destination(Struct, rename="camel"):
    """A registry that gets a copy of what is pushed."""

    registry_id: str | None = None


class Rule(Struct):
    """Where to copy to."""

    destinations: tuple[Destination, ...] | None = None


class Replication(Struct):
    """The whole configuration: what is not in it ends."""

    rules: tuple[Rule, ...] | None = None


class Request(Struct, rename="camel"):
    """What callers send, whatever the verb."""

    ecr_repository_prefix: str | None = None
    upstream_registry_url: str | None = None
    upstream_repository_prefix: str | None = None
    replication_configuration: Replication | None = None
    policy_text: str | None = None


class Ended(Struct, rename="camel"):
    """What the deletion of a policy answers."""

    policy_text: str | None = None  # the policy that was deleted


_REQUEST = msgspec.json.Decoder(Request)
_ENDED = msgspec.json.Decoder(Ended)


def _cache(call: Call) -> Told:
    """Read a rule by which ECR pulls what it does not have from another registry."""
    request = requested(call, _REQUEST)
    prefix, url = request.upstream_repository_prefix, request.upstream_registry_url or None
    origin = Image(
        registry=url and parse_reference(f"{url}/image").registry,
        repository=None if prefix == ROOT else prefix or None,
    )
    return Told(
        activity=Activity.REGISTRY_CHANGED,
        images=ecr.repositories_of(call),
        origin=None if origin == Image() else origin,
        changes=(Change("pull-through", "added", _cached(call, request)),),
        target=request.ecr_repository_prefix or None,
    )


def _uncache(call: Call) -> Told:
    """Read the end of such a rule; what it brought in stays."""
    request = requested(call, _REQUEST)
    return Told(
        activity=Activity.REGISTRY_CHANGED,
        images=ecr.repositories_of(call),
        changes=(Change("pull-through", "removed", _cached(call, request)),),
        target=request.ecr_repository_prefix or None,
    )


def _cached(call: Call, request: Request) -> str:
    """Name the place under which a rule's images are found."""
    prefix = request.ecr_repository_prefix
    return f"{registry_of(call)}/{prefix or ''}".removesuffix("/")


def registry_of(call: Call) -> str:
    """Name the registry; without account or region it has no name of its own."""
    return ecr.home_of(call, ecr.Request()).registry or "a registry"


def _replicate(call: Call) -> Told:
    """Read who else gets what is pushed here; other regions of one account are nobody else."""
    configuration = requested(call, _REQUEST).replication_configuration or Replication()
    accounts = dict.fromkeys(
        place.registry_id
        for rule in configuration.rules or ()
        for place in rule.destinations or ()
        if place.registry_id != call.account
    )
    return Told(
        activity=Activity.REGISTRY_CHANGED,
        images=ecr.repositories_of(call),
        grants=tuple(Grant("account", each, REPLICATE) for each in accounts if each),
        changes=tuple(
            Change("replication", "added", f"{registry_of(call)} to account {each}", stated=True)
            for each in accounts
            if each
        ),
    )


def _open(call: Call) -> Told:
    """Read a policy of a repository or of the whole registry, which replaces the one before."""
    text = requested(call, _REQUEST).policy_text
    denied = denies(call, text, "$.requestParameters.policyText")
    return Told(
        activity=Activity.REGISTRY_CHANGED,
        images=ecr.repositories_of(call),
        grants=grants_in(call, text, "policyText"),
        changes=(_denials(call, "on" if denied else "off", stated=True),) if text else (),
    )


def _close(call: Call) -> Told:
    """Read the end of a policy; the answer tells whether it denied anything."""
    text = answered(call, _ENDED).policy_text
    denied = denies(call, text, "$.responseElements.policyText")
    return Told(
        activity=Activity.REGISTRY_CHANGED,
        images=ecr.repositories_of(call),
        changes=(_denials(call, "off", stated=not denied),),
    )


def _denials(call: Call, to: str, *, stated: bool) -> Change:
    home = next((image.home for image in ecr.repositories_of(call)), None)
    return Change("denials", to, home or registry_of(call), stated)


VERBS: Verbs = {
    "CreatePullThroughCacheRule": _cache,
    "UpdatePullThroughCacheRule": _cache,
    "DeletePullThroughCacheRule": _uncache,
    "DeleteRegistryPolicy": _close,
    "DeleteRepositoryPolicy": _close,
    "PutReplicationConfiguration": _replicate,
    "PutRegistryPolicy": _open,
    "SetRepositoryPolicy": _open,
}
