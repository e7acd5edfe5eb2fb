"""EventBridge's "EC2 Instance State-change Notification": an instance starts, stops or is gone.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html

It says neither who asked for it nor which image runs; a first start looks like a later one.
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Event, Outcome, Workload
from tidewaiter.sources.amazon import last_part
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Record, Source, decode

STARTED = (Activity.WORKLOAD_STARTED, "RunInstances, StartInstances")
STOPPED = (Activity.WORKLOAD_STOPPED, "StopInstances")
DELETED = (Activity.WORKLOAD_DELETED, "TerminateInstances")
STATES: dict[str, tuple[Activity, str]] = {  # state -> what it means, and the calls that lead to it
    "pending": STARTED,
    "running": STARTED,
    "stopping": STOPPED,
    "stopped": STOPPED,
    "shutting-down": DELETED,
    "terminated": DELETED,
}
OTHER = (Activity.WORKLOAD_CHANGED, "RunInstances, StopInstances, TerminateInstances")
ON_THE_WAY = frozenset({"pending", "stopping", "shutting-down"})  # another event tells the end


class Detail(Struct, frozen=True, rename="kebab"):
    """What EC2 says."""

    state: str
    instance_id: str | None = None


class _Change(Notice[Detail], frozen=True):
    resources: tuple[str, ...] | None = None  # the instance's ARN


_CHANGE = msgspec.json.Decoder(_Change)


def _read(record: Record) -> Event:
    notice = decode(_CHANGE, record.raw)
    detail = notice.detail
    instance = detail.instance_id or last_part(next(iter(notice.resources or ()), None))
    activity, calls = STATES.get(detail.state, OTHER)
    told = Told(
        activity=activity,
        operation=detail.state,
        outcome=Outcome.PENDING if detail.state in ON_THE_WAY else Outcome.SUCCESS,
        workload=Workload("ec2 instance", name=instance, status=detail.state or None),
        awaits=f"CloudTrail management events of ec2.amazonaws.com ({calls})",
    )
    return event_of(notice, "ec2_instance_state_change", told)


SOURCE = Source(
    name="ec2_instance_state_change",
    provider="aws",
    title="EventBridge EC2 Instance State-change Notification",
    link="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html",
    claims=titled("aws.ec2", "EC2 Instance State-change Notification"),
    read=_read,
)
