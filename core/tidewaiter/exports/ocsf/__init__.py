"""The Open Cybersecurity Schema Framework, version 1.6.0: https://schema.ocsf.io/1.6.0.

Every event is one of four classes (:mod:`~tidewaiter.exports.ocsf.classes`).  Where the schema
demands what a log does not tell (an actor, a user, a source), its name is ``Unknown``, the one
place where we write that; what has no home in a class is in ``unmapped``.
"""

from collections.abc import Callable

from tidewaiter.exports.interface import Export
from tidewaiter.exports.members import Members
from tidewaiter.exports.ocsf.calls import call
from tidewaiter.exports.ocsf.classes import API, AUTHENTICATION, FINDING, NETWORK, class_of
from tidewaiter.exports.ocsf.findings import finding
from tidewaiter.exports.ocsf.flows import flow
from tidewaiter.exports.ocsf.observables import observables
from tidewaiter.exports.ocsf.signins import sign_in
from tidewaiter.model import Event

_OF_CLASS: dict[int, Callable[[Event], Members]] = {
    API.uid: call,
    AUTHENTICATION.uid: sign_in,
    NETWORK.uid: flow,
    FINDING.uid: finding,
}


def record(event: Event) -> Members:
    """Return ``event`` in its class, with the values that one searches by."""
    kind, _ = class_of(event)
    found = _OF_CLASS[kind.uid](event)
    seen = observables(found)
    return found | {"observables": seen} if seen else found


EXPORT = Export(
    name="ocsf",
    title="Open Cybersecurity Schema Framework 1.6.0",
    link="https://schema.ocsf.io/1.6.0",
    convert=record,
)
