"""What tells us in Azure: diagnostic settings, alerts on the Activity Log, feeds, Defender's plans.

https://learn.microsoft.com/azure/role-based-access-control/permissions/monitor

A diagnostic setting says what of a resource's logs is sent on, and is always written as a whole:
https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/create-or-update
"""

import re
from collections.abc import Callable

from tidewaiter.model import Activity, Change
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs, nodes_at, texts_of
from tidewaiter.sources.azure_terms import last_segment
from tidewaiter.sources.telling import Told

# Whose settings matter: the subscription's own log, registries' and clusters'.
_TELLING = re.compile(
    r"/subscriptions/[^/]+/providers/microsoft\.insights/"
    r"|microsoft\.containerregistry/registries/|microsoft\.containerservice/managedclusters/"
    r"|tidewaiter"
)
# What of the logs tells of images, by the kind of resource: of each set, one category is enough.
# https://learn.microsoft.com/azure/azure-monitor/reference/logs-index
_CATEGORIES: tuple[tuple[re.Pattern[str], tuple[frozenset[str], ...]], ...] = (
    (
        re.compile(r"microsoft\.containerregistry/registries/"),
        (
            frozenset({"containerregistryrepositoryevents"}),
            frozenset({"containerregistryloginevents"}),
        ),
    ),
    (
        re.compile(r"microsoft\.containerservice/managedclusters/"),
        (frozenset({"kube-audit", "kube-audit-admin"}),),
    ),
    (
        re.compile(r"/providers/microsoft\.aadiam/"),
        (frozenset({"auditlogs"}), frozenset({"signinlogs"})),
    ),
    (
        re.compile(r"^/subscriptions/[^/]+/providers/microsoft\.insights/"),
        (frozenset({"administrative"}),),
    ),
)
_GROUPS = frozenset({"alllogs", "audit"})  # of categories; the smaller one has all of the above
_PLANS = frozenset({"containers", "containerregistry", "kubernetesservice"})


def _removed(what: str, *, any_one: bool = False) -> Callable[[Asked], Told]:
    def read(asked: Asked) -> Told:
        ours = any_one or _TELLING.search(asked.resource)
        return _told(asked, what, "removed" if ours else None)

    return read


def _told(asked: Asked, what: str, to: str | None) -> Told:
    changes = (Change(what, to, asked.resource),) if to else ()
    return Told(Activity.MONITORING_CHANGED, changes=changes, target=asked.resource)


def _setting(asked: Asked) -> Told:
    """Read what a setting sends on; one that is not about images is told without a change."""
    wanted = next((sets for form, sets in _CATEGORIES if form.search(asked.resource)), ())
    if not wanted or not _says_logs(asked):
        return _told(asked, "diagnostic setting", None)
    sent = {name.lower() for node in asked.nodes("properties.logs") for name in _sent(node)}
    found = [bool(names & sent) or bool(_GROUPS & sent) for names in wanted]
    to = "on" if all(found) else "narrowed" if any(found) else "off"
    change = Change("diagnostic setting", to, asked.resource, stated=True)
    return Told(Activity.MONITORING_CHANGED, changes=(change,), target=asked.resource)


def _says_logs(asked: Asked) -> bool:
    """Whether a body is there; an empty list says that nothing is sent."""
    bodies = (node for node in asked.nodes("properties") if isinstance(node, dict))
    return any(name.lower() == "logs" for body in bodies for name in body)


def _sent(node: object) -> list[str]:
    """Name the category, or group of them, if it is switched on."""
    on = True in nodes_at(node, "enabled")
    return texts_of([*nodes_at(node, "category"), *nodes_at(node, "categoryGroup")]) if on else []


def _alert(asked: Asked) -> Told:
    off = False in asked.nodes("properties.enabled")
    return _told(asked, "activity alert", "off" if off else "on")


def _plan(asked: Asked) -> Told:
    """https://learn.microsoft.com/rest/api/defenderforcloud/pricings/update ."""
    tier = (asked.first("properties.pricingTier") or "").lower()
    known = last_segment(asked.resource) in _PLANS and tier in {"free", "standard"}
    return _told(asked, "scanner", ("off" if tier == "free" else "on") if known else None)


VERBS: Verbs = {
    "microsoft.insights/diagnosticsettings/write": _setting,
    "microsoft.aadiam/diagnosticsettings/write": _setting,
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
