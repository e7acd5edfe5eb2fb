"""EventBridge's "EC2 AMI State Change": a machine image became usable, failed, or went away.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html

A disabled image that is enabled again becomes available, too, and nothing here tells the two apart.
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Event, Image
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Record, Source, decode

MAKING = "CreateImage, RegisterImage, CopyImage, CreateRestoreImageTask"
STATES: dict[str, tuple[Activity, str]] = {  # state -> what it means, and the calls that lead to it
    "available": (Activity.IMAGE_CREATED, f"{MAKING}, EnableImage"),
    "failed": (Activity.IMAGE_CREATED, MAKING),
    "deregistered": (Activity.IMAGE_DELETED, "DeregisterImage"),
    "disabled": (Activity.IMAGE_CHANGED, "DisableImage"),
}
OTHER = (Activity.IMAGE_CHANGED, "ModifyImageAttribute")


class Detail(Struct, frozen=True, rename="pascal"):
    """What EC2 says; ``error_message`` is empty unless the image failed."""

    image_id: str
    state: str
    error_message: str | None = None


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event:
    notice = decode(_NOTICE, record.raw)
    detail = notice.detail
    activity, calls = STATES.get(detail.state, OTHER)
    failed = detail.state == "failed"
    told = Told(
        activity=activity,
        operation=detail.state,
        error=(detail.error_message or detail.state) if failed else None,
        images=(Image(machine_image=detail.image_id),),
        awaits=f"CloudTrail management events of ec2.amazonaws.com ({calls})",
    )
    return event_of(notice, "ec2_ami_state_change", told)


SOURCE = Source(
    name="ec2_ami_state_change",
    provider="aws",
    title="EventBridge EC2 AMI State Change",
    link="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html",
    claims=titled("aws.ec2", "EC2 AMI State Change"),
    read=_read,
)
