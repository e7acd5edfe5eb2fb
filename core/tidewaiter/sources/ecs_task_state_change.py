"""EventBridge's "ECS Task State Change": which image, by digest, a task really runs.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html

The digest appears once the image was pulled.  A start is told by the first state that has one, and
by ``RUNNING`` in any case.  Nobody's call need stand behind it (a service replaces its tasks by
itself), so nothing is awaited.

States: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.model import Activity, Event, Outcome, Workload
from tidewaiter.sources.amazon import last_part
from tidewaiter.sources.cloudtrail.containers import Container, family_of, images_of
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Ignored, Record, Source, decode

STATES: dict[str, tuple[Activity, Outcome]] = {
    "PROVISIONING": (Activity.WORKLOAD_DEPLOYED, Outcome.PENDING),
    "PENDING": (Activity.WORKLOAD_DEPLOYED, Outcome.PENDING),
    "ACTIVATING": (Activity.WORKLOAD_DEPLOYED, Outcome.PENDING),
    "RUNNING": (Activity.WORKLOAD_DEPLOYED, Outcome.SUCCESS),
    "DEACTIVATING": (Activity.WORKLOAD_STOPPED, Outcome.PENDING),
    "STOPPING": (Activity.WORKLOAD_STOPPED, Outcome.PENDING),
    "DEPROVISIONING": (Activity.WORKLOAD_STOPPED, Outcome.PENDING),
    "STOPPED": (Activity.WORKLOAD_STOPPED, Outcome.SUCCESS),
    "DELETED": (Activity.WORKLOAD_DELETED, Outcome.SUCCESS),
}
OTHER = (Activity.WORKLOAD_CHANGED, Outcome.SUCCESS)


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
    activity, outcome = STATES.get(detail.last_status, OTHER)
    if activity is not Activity.WORKLOAD_DEPLOYED:
        return Ignored("ecs_task_state_change stopping")
    if outcome is Outcome.PENDING and not any(each.image_digest for each in _inside(detail)):
        return Ignored("ecs_task_state_change before its image")
    return _event(notice, activity, Outcome.SUCCESS)


def _rest(record: Record) -> Event:
    """Read a state that tells of no image that starts to run."""
    notice = decode(_NOTICE, record.raw)
    return _event(notice, *STATES.get(notice.detail.last_status, OTHER))


def _event(notice: Notice[Detail], activity: Activity, outcome: Outcome) -> Event:
    detail = notice.detail
    told = Told(
        # A task reports one state many times, for every change of a container or an attachment.
        joins=f"{detail.task_arn}:{detail.last_status}",
        activity=activity,
        operation=detail.last_status,
        outcome=outcome,
        images=images_of(_inside(detail)),
        workload=replace(
            task_of(detail.group, detail.task_definition_arn, detail.cluster_arn),
            status=detail.last_status,
        ),
    )
    return event_of(notice, "ecs_task_state_change", told)


def _inside(detail: Detail) -> tuple[Container, ...]:
    return detail.containers or ()


def task_of(group: str | None, definition: str | None, cluster: str | None) -> Workload:
    """Tell a task by the service that it belongs to, or else by the family of its definition."""
    kind, _, name = (group or "").partition(":")
    served = kind == "service" and name
    return Workload(
        "ecs service" if served else "ecs task",
        name=name if served else family_of(definition),
        scope=last_part(cluster),
        definition=definition or None,
    )


SOURCE = Source(
    name="ecs_task_state_change",
    provider="aws",
    title="EventBridge ECS Task State Change",
    link="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html",
    claims=titled("aws.ecs", "ECS Task State Change"),
    read=_read,
    rest=_rest,
)
