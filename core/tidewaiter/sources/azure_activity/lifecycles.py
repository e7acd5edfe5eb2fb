"""What befalls a machine, container group, app or cluster that is there already.

https://learn.microsoft.com/azure/role-based-access-control/permissions/compute
https://learn.microsoft.com/azure/role-based-access-control/permissions/containers
https://learn.microsoft.com/azure/role-based-access-control/permissions/web-and-mobile
"""

from collections.abc import Callable

from tidewaiter.model import Activity, Workload
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs
from tidewaiter.sources.azure_activity.workloads import workload_of
from tidewaiter.sources.azure_terms import last_segment, segment
from tidewaiter.sources.telling import Told

_MACHINE = "microsoft.compute/virtualmachines"
_SCALE_SET = "microsoft.compute/virtualmachinescalesets"
_SITE = "microsoft.web/sites"

_KINDS = {
    _MACHINE: "virtual machine",
    _SCALE_SET: "scale set",
    f"{_SCALE_SET}/virtualmachines": "scale set machine",
    "microsoft.containerinstance/containergroups": "container group",
    "microsoft.app/containerapps": "container app",
    "microsoft.app/containerapps/revisions": "container app revision",
    "microsoft.app/jobs": "container app job",
    _SITE: "web app",
    f"{_SITE}/slots": "web app slot",
    "microsoft.containerservice/managedclusters": "kubernetes cluster",
}

_ENDINGS = {
    "start/action": Activity.WORKLOAD_STARTED,
    "activate/action": Activity.WORKLOAD_STARTED,
    "poweroff/action": Activity.WORKLOAD_STOPPED,
    "deallocate/action": Activity.WORKLOAD_STOPPED,
    "stop/action": Activity.WORKLOAD_STOPPED,
    "stop/execution/action": Activity.WORKLOAD_STOPPED,
    "hibernate/action": Activity.WORKLOAD_STOPPED,
    "deactivate/action": Activity.WORKLOAD_STOPPED,
    "simulateeviction/action": Activity.WORKLOAD_STOPPED,
    "delete": Activity.WORKLOAD_DELETED,
    "delete/action": Activity.WORKLOAD_DELETED,  # some instances of a scale set
    "restart/action": Activity.WORKLOAD_CHANGED,
    "redeploy/action": Activity.WORKLOAD_CHANGED,
    "reapply/action": Activity.WORKLOAD_CHANGED,
    "reimage/action": Activity.WORKLOAD_CHANGED,
    "reimageall/action": Activity.WORKLOAD_CHANGED,
    "upgrade/action": Activity.WORKLOAD_CHANGED,
    "manualupgrade/action": Activity.WORKLOAD_CHANGED,
    "performmaintenance/action": Activity.WORKLOAD_CHANGED,
    "installpatches/action": Activity.WORKLOAD_CHANGED,
    "generalize/action": Activity.WORKLOAD_CHANGED,
    "converttomanageddisks/action": Activity.WORKLOAD_CHANGED,
    "attachdetachdatadisks/action": Activity.WORKLOAD_CHANGED,
    "runcommand/action": Activity.RESOURCE_USED,  # a script runs in it
}

_PARTS = ("extensions", "runcommands")  # what changes the machine it stands in


def _told(resource: str, activity: Activity) -> Callable[[Asked], Told]:
    kind, depth = _KINDS[resource], resource.count("/")

    def read(asked: Asked) -> Told:
        return Told(activity, workload=workload_of(asked, kind, depth))

    return read


def _reconfigured(kind: str, holder: str) -> Callable[[Asked], Told]:
    """Make a reader for a part of a machine, whose id begins with the machine's."""

    def read(asked: Asked) -> Told:
        machine = Workload(
            kind=kind,
            name=segment(asked.resource, holder),
            scope=segment(asked.resource, "resourcegroups"),
        )
        return Told(Activity.WORKLOAD_CHANGED, workload=machine, target=asked.resource)

    return read


VERBS: Verbs = {
    **{
        f"{resource}/{ending}": _told(resource, activity)
        for resource in _KINDS
        for ending, activity in _ENDINGS.items()
    },
    **{
        f"{resource}/{part}/{ending}": _reconfigured(_KINDS[resource], last_segment(resource))
        for resource in (_MACHINE, _SCALE_SET)
        for part in _PARTS
        for ending in ("write", "delete")
    },
    **{
        f"{resource}/write": _told(resource, Activity.WORKLOAD_CHANGED)
        for resource in (f"{_SCALE_SET}/virtualmachines", _SITE, f"{_SITE}/slots")
    },
    f"{_SITE}/config/write": _reconfigured("web app", "sites"),
}
