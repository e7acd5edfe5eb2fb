"""What tells us in Azure: diagnostic settings, alerts on the Activity Log, feeds, Defender's plans.

https://learn.microsoft.com/azure/role-based-access-control/permissions/monitor
"""

import re
from collections.abc import Callable

from tidewaiter.model import Activity, Change
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs
from tidewaiter.sources.azure_terms import last_segment
from tidewaiter.sources.telling import Told

# Whose settings matter: the subscription's own log, registries' and clusters'.
_TELLING = re.compile(
    r"/subscriptions/[^/]+/providers/microsoft\.insights/"
    r"|microsoft\.containerregistry/registries/|microsoft\.containerservice/managedclusters/"
    r"|tidewaiter"
)
_PLANS = frozenset({"containers", "containerregistry", "kubernetesservice"})


def _removed(what: str, *, any_one: bool = False) -> Callable[[Asked], Told]:
    def read(asked: Asked) -> Told:
        ours = any_one or _TELLING.search(asked.resource)
        return _told(asked, what, "removed" if ours else None)

    return read


def _told(asked: Asked, what: str, to: str | None) -> Told:
    changes = (Change(what, to, asked.resource),) if to else ()
    return Told(Activity.MONITORING_CHANGED, changes=changes, target=asked.resource)


def _alert(asked: Asked) -> Told:
    off = False in asked.nodes("properties.enabled")
    return _told(asked, "activity alert", "off" if off else "on")


def _plan(asked: Asked) -> Told:
    """https://learn.microsoft.com/rest/api/defenderforcloud/pricings/update ."""
    tier = (asked.first("properties.pricingTier") or "").lower()
    known = last_segment(asked.resource) in _PLANS and tier in {"free", "standard"}
    return _told(asked, "scanner", ("off" if tier == "free" else "on") if known else None)


VERBS: Verbs = {
    "microsoft.insights/diagnosticsettings/delete": _removed("diagnostic setting"),
    "microsoft.aadiam/diagnosticsettings/delete": _removed("diagnostic setting", any_one=True),
    "microsoft.insights/activitylogalerts/write": _alert,
    "microsoft.insights/activitylogalerts/delete": _removed("activity alert", any_one=True),
    "microsoft.eventgrid/eventsubscriptions/delete": _removed("subscription"),
    "microsoft.eventgrid/systemtopics/delete": _removed("subscription"),
    "microsoft.eventgrid/systemtopics/eventsubscriptions/delete": _removed("subscription"),
    "microsoft.eventhub/namespaces/delete": _removed("subscription"),
    "microsoft.eventhub/namespaces/eventhubs/delete": _removed("subscription"),
    "microsoft.security/pricings/write": _plan,
}
