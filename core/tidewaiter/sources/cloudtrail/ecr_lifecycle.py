"""What an ECR lifecycle policy does by itself: the deletion of old images.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html, under
"lifecycle policy action".
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.model import Activity
from tidewaiter.sources.cloudtrail.call import Call, Told, Verbs, detailed
from tidewaiter.sources.cloudtrail.ecr import Request, home_of
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


_EXECUTION = msgspec.json.Decoder(Execution)


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


VERBS: Verbs = {"PolicyExecutionEvent": _expire}
