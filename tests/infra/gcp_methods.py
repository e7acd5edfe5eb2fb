"""Which methods the sinks of Google Cloud let through, and how the readers spell them."""

import json
import re._constants as kinds  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from itertools import product
from typing import Any

from tests.infra.logging_filter import patterns
from tests.infra.terraform import Json, planned
from tidewaiter.intake import interpret
from tidewaiter.model import Event
from tidewaiter.sources import gcp_audit
from tidewaiter.sources.interface import record_of
from tidewaiter.sources.kubernetes_audit import gke

SINKS = ("google_logging_project_sink", "google_logging_organization_sink")

Spelling = tuple[str, str]  # a service's module, and how it spells a method


def filter_of(plan: Json) -> str:
    """The filter of the sinks that read audit logs, which all have the same."""
    (found,) = {
        sink["values"]["filter"]
        for sink in planned(plan, *SINKS)
        if sink["values"]["destination"].startswith("pubsub.")
    }
    return str(found)


def spellings(method: str) -> set[Spelling]:
    """How the readers that know ``method`` spell it."""
    found = {
        (spell.__module__, str(spell(method)))
        for spell, readers in gcp_audit._SERVICES
        if readers.get(spell(method) or "")
    }
    return found | {("kubernetes", kind) for kind in [started(method)] if kind}


def started(method: str) -> str | None:
    """What a method of Kubernetes does to what, as ``patch pods/ephemeralcontainers``."""
    pods = {"spec": {"containers": [{"image": "gcr.io/example-shop/web:1"}]}}
    jobs = {"spec": {"template": pods, "jobTemplate": {"spec": {"template": pods}}, **pods["spec"]}}
    payload = {"serviceName": "k8s.io", "methodName": method, "request": jobs}
    entry = {"protoPayload": payload, "timestamp": "2026-03-02T10:00:00Z", "insertId": "a1"}
    told = interpret(record_of(json.dumps(entry)))
    found = gke._METHOD.match(method) if isinstance(told, Event) else None
    if found is None:
        return None
    return f"{found['verb']} {'/'.join(filter(None, (found['resource'], found['subresource'])))}"


def methods(plan: Json) -> set[str]:
    """One method for each that the filter names, in an invented version of its API."""
    return {
        method
        for pattern in patterns(filter_of(plan))
        for method in examples(parser.parse(pattern))
    }


def examples(parsed: Any) -> list[str]:
    """Spell out a pattern: every alternative, with and without what may be missing, one character
    of each class and one turn of what repeats.
    """
    return ["".join(parts) for parts in product(*(_each(*part) for part in parsed))]


def _each(kind: Any, said: Any) -> list[str]:
    if kind is kinds.LITERAL:
        return [chr(said)]
    if kind is kinds.IN:
        (first, value), *_ = said
        return [chr(value if first is kinds.LITERAL else value[0])]
    if kind is kinds.BRANCH:
        return [one for branch in said[1] for one in examples(branch)]
    if kind is kinds.SUBPATTERN:
        return examples(said[-1])
    if kind is kinds.MAX_REPEAT:
        least, most, inner = said
        return ([""] if least == 0 and most == 1 else []) + examples(inner)
    assert kind is kinds.AT
    return [""]
