"""The end of images in Amazon ECR: what a lifecycle policy deletes by itself, and the archive.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html, under
"lifecycle policy action";
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdateImageStorageClass.html
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.model import Activity, Stored
from tidewaiter.sources.cloudtrail.call import Call, Told, Verbs, answered, detailed, requested
from tidewaiter.sources.cloudtrail.ecr import ImageId, Request, home_of, repositories_of
from tidewaiter.sources.interface import Ignored


class Chosen(Struct, rename="camel"):
    """An image that a rule chose."""

    digest: str | None = None
    tag_list: tuple[str, ...] | None = None


class ImageAction(Struct, rename="camel"):
    """One image with the rule that chose it."""

    lifecycle_event_image: Chosen
    rule_priority: int | None = None


class Rule(Struct, rename="camel"):
    """One rule; its action is ``expire`` or a move to another storage class."""

    rule_priority: int | None = None
    action: str | None = None


class Policy(Struct, rename="camel"):
    """A lifecycle policy."""

    lifecycle_event_rules: tuple[Rule, ...] | None = None


class Execution(Struct, rename="camel"):
    """What a lifecycle policy did."""

    repository_name: str | None = None
    lifecycle_event_policy: Policy | None = None
    lifecycle_event_image_actions: tuple[ImageAction, ...] | None = None


class Move(Struct, rename="camel"):
    """Request and answer of UpdateImageStorageClass."""

    image_id: ImageId | None = None
    target_storage_class: str | None = None


_EXECUTION = msgspec.json.Decoder(Execution)
_MOVE = msgspec.json.Decoder(Move)


def _expire(call: Call) -> Told | Ignored:
    execution = detailed(call, _EXECUTION)
    policy = execution.lifecycle_event_policy or Policy()
    moving = {
        rule.rule_priority
        for rule in policy.lifecycle_event_rules or ()
        if rule.action not in {None, "expire"}
    }
    home = home_of(call, Request(repository_name=execution.repository_name))
    gone = tuple(
        replace(home, digest=each.lifecycle_event_image.digest or None, tag=tag or None)
        for each in execution.lifecycle_event_image_actions or ()
        if each.rule_priority not in moving
        for tag in each.lifecycle_event_image.tag_list or (None,)
    )
    if not gone:
        return Ignored("cloudtrail ecr.amazonaws.com without deletion")
    return Told(activity=Activity.IMAGE_DELETED, images=gone)


def _move(call: Call) -> Told:
    """Read a move into the archive, from where nobody can pull, or back."""
    asked, done = requested(call, _MOVE), answered(call, _MOVE)
    image = done.image_id or asked.image_id or ImageId()
    place = asked.target_storage_class
    return Told(
        activity=Activity.IMAGE_CHANGED,
        images=tuple(
            replace(home, digest=image.image_digest or None, tag=image.image_tag or None)
            for home in repositories_of(call)
        ),
        stored=Stored(storage_class=place) if place else None,
    )


VERBS: Verbs = {"PolicyExecutionEvent": _expire, "UpdateImageStorageClass": _move}
