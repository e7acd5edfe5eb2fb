"""Calls to Amazon EC2 about instances that are there already.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations_Amazon_EC2.html

A call for several instances is one event: its workload names them all, and each state they are in.
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity
from tidewaiter.sources.cloudtrail.call import (
    Entry,
    EntryReader,
    Told,
    answered,
    detailed,
    requested,
)
from tidewaiter.sources.cloudtrail.instances import (
    Instance,
    Instances,
    MachineType,
    items_of,
    workload_of,
)

VERBS: dict[Activity, str] = {
    Activity.WORKLOAD_STARTED: "StartInstances",
    Activity.WORKLOAD_STOPPED: "StopInstances",  # or hibernated
    Activity.WORKLOAD_DELETED: "BidEvictedEvent TerminateInstances",
    Activity.WORKLOAD_CHANGED: """
        AssociateIamInstanceProfile ModifyInstanceAttribute ModifyInstanceCpuOptions
        ModifyInstanceMaintenanceOptions ModifyInstanceMetadataOptions ModifyInstancePlacement
        MonitorInstances RebootInstances ResetInstanceAttribute UnmonitorInstances
    """,
}


class Profiled(Struct):
    """An instance whose role changes: this call is wrapped, and writes in capitals."""

    InstanceId: str | None = None


class Request(Struct, rename="camel"):
    """What callers send: a set of instances or one."""

    instances_set: Instances | None = None
    instance_id: str | None = None
    instance_type: MachineType = None
    profiled: Profiled | None = msgspec.field(
        name="AssociateIamInstanceProfileRequest", default=None
    )


class Answer(Struct, rename="camel"):
    """What EC2 answers."""

    instances_set: Instances | None = None


class Evicted(Struct, rename="camel"):
    """The spot instances that EC2 took back."""

    instance_id_set: tuple[str, ...] | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)
_EVICTED = msgspec.json.Decoder(Evicted)


def _about(activity: Activity) -> EntryReader:
    def read(entry: Entry) -> Told:
        request, told = requested(entry, _REQUEST), answered(entry, _ANSWER)
        return Told(
            activity=activity,
            workload=workload_of(
                items_of(told.instances_set) or _named(entry, request),
                machine_type=request.instance_type,
            ),
        )

    return read


def _named(entry: Entry, request: Request) -> tuple[Instance, ...]:
    """Return the instances that were asked for, or taken without being asked."""
    one = request.instance_id or (request.profiled and request.profiled.InstanceId)
    if one:
        return (Instance(instance_id=one),)
    taken = detailed(entry, _EVICTED).instance_id_set or ()
    return items_of(request.instances_set) or tuple(Instance(instance_id=each) for each in taken)


STATE_VERBS: dict[str, EntryReader] = {
    verb: reader
    for reader, verbs in ((_about(activity), verbs) for activity, verbs in VERBS.items())
    for verb in verbs.split()
}
