"""EventBridge's "ECS Task State Change": which image, by digest, a task really runs.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html

The digest appears once the image was pulled.  A start is told by the first state that has one, and
by ``RUNNING`` in any case.  Nobody's call need stand behind it (a service replaces its tasks by
itself), so nothing is awaited.
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Event, Workload
from tidewaiter.sources.amazon import last_part
from tidewaiter.sources.cloudtrail.containers import Container, family_of, images_of
from tidewaiter.sources.eventbridge import Notice, titled
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment

STARTING = frozenset({"PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"})


class Detail(Struct, frozen=True, rename="camel"):
    """What ECS says; ``group`` is ``service:NAME``, ``family:NAME`` or a caller's own word."""

    task_arn: str
    last_status: str
    task_definition_arn: str | None = None
    cluster_arn: str | None = None
    group: str | None = None
    containers: tuple[Container, ...] | None = None


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event | Ignored:
    notice = decode(_NOTICE, record.raw)
    detail = notice.detail
    if detail.last_status not in STARTING:
        return Ignored("ecs_task_state_change stopping")
    containers = detail.containers or ()
    if detail.last_status != "RUNNING" and not any(each.image_digest for each in containers):
        return Ignored("ecs_task_state_change before its image")
    return Event(
        id=notice.id,
        # A task reports one state many times, for every change of a container or an attachment.
        act=f"aws:{detail.task_arn}:{detail.last_status}",
        time=moment(notice.time, "$.time"),
        provider="aws",
        source="ecs_task_state_change",
        activity=Activity.WORKLOAD_DEPLOYED,
        operation=detail.last_status,
        service="ecs.amazonaws.com",
        account=notice.account or None,
        region=notice.region or None,
        images=images_of(containers),
        workload=_workload(detail),
    )


def _workload(detail: Detail) -> Workload:
    kind, _, name = (detail.group or "").partition(":")
    served = kind == "service" and name
    return Workload(
        "ecs service" if served else "ecs task",
        name=name if served else family_of(detail.task_definition_arn),
        scope=last_part(detail.cluster_arn),
        definition=detail.task_definition_arn or None,
    )


SOURCE = Source(
    name="ecs_task_state_change",
    provider="aws",
    title="EventBridge ECS Task State Change",
    link="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html",
    claims=titled("aws.ecs", "ECS Task State Change"),
    read=_read,
)
