"""Binary Authorization: which images may run in Google Cloud, and who vouches for them.

Methods: https://cloud.google.com/binary-authorization/docs/audit-logging,
https://cloud.google.com/artifact-analysis/docs/artifact-analysis-audit-logging
Policy: https://cloud.google.com/binary-authorization/docs/reference/rest/v1/Policy
Attestors: https://cloud.google.com/binary-authorization/docs/reference/rest/v1/projects.attestors

An attestor trusts the keys that it lists, and looks for attestations at one note of Artifact
Analysis.  So whoever puts a key into an attestor, or may attach to its note, can vouch for images.
Without its attestor nothing is admitted: that a deletion takes one away opens nothing.
"""

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Change, Grant
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.google_policies import opened

_METHOD = re.compile(
    r"google\.cloud\.binaryauthorization\.v\w+\."
    r"(?:BinauthzManagementServiceV\w+|PlatformPolicyManagementService)\.(\w+)$"
)
_CLUSTER = re.compile(r"google\.container\.v\w+\.ClusterManager\.UpdateCluster$")
_POLICIES = re.compile(
    r"google\.(?:iam\.v1\.IAMPolicy|devtools\.containeranalysis\.v\w+\.ContainerAnalysis\w*)"
    r"\.SetIamPolicy$"
)
# Who may attach to a note, or give an attestor another key, by a role that says so or by any:
# https://cloud.google.com/iam/docs/roles-permissions/containeranalysis
_VOUCHING = re.compile(
    r"roles/(?:owner|editor|containeranalysis\.(?:admin|notes\.(?:attacher|editor))"
    r"|binaryauthorization\.attestors(?:Admin|Editor))$"
)
_NOTES = re.compile(r"projects/[^/]+/(?:locations/[^/]+/)?(?:notes|attestors)/")
_OFF = frozenset({"", "DISABLED", "EVALUATION_MODE_UNSPECIFIED"})


class _Rule(Struct):
    evaluation: str | None = field(name="evaluationMode", default=None)
    enforcement: str | None = field(name="enforcementMode", default=None)


class _Pattern(Struct):
    name: str | None = field(name="namePattern", default=None)


class _Admission(Struct):
    rule: _Rule | None = field(name="defaultAdmissionRule", default=None)
    free: list[_Pattern] | None = field(name="admissionWhitelistPatterns", default=None)


class _Key(Struct):
    id: str | None = None


class _Note(Struct):
    keys: list[_Key] | None = field(name="publicKeys", default=None)


class _Attestor(Struct):
    name: str | None = None
    note: _Note | None = field(name="userOwnedGrafeasNote", default=None)
    old_note: _Note | None = field(name="userOwnedDrydockNote", default=None)  # of v1beta1


class _Switch(Struct):
    enabled: bool | None = None  # the older way
    mode: str | None = field(name="evaluationMode", default=None)


class _Update(Struct):
    admission: _Switch | None = field(name="desiredBinaryAuthorization", default=None)


class _Request(Struct):
    policy: _Admission | None = None
    attestor: _Attestor | None = None
    update: _Update | None = None


_REQUEST = msgspec.json.Decoder(_Request)


def _told(entry: Entry, *changes: Change) -> Detail:
    return Detail(Activity.REGISTRY_CHANGED, changes=changes, target=entry.payload.resource or None)


def _admitted(entry: Entry) -> Detail:
    """Read a new policy: what may run in a project's clusters."""
    policy = _requested(entry).policy
    if policy is None or policy.rule is None:
        return _told(entry)
    return _told(entry, _admission(entry, _strength(policy)))


def _admission(entry: Entry, to: str) -> Change:
    return Change("image admission", to, entry.payload.resource or None)


def _strength(policy: _Admission) -> str:
    rule = policy.rule or _Rule()
    if rule.evaluation == "ALWAYS_ALLOW" or (rule.enforcement or "").startswith("DRYRUN"):
        return "off"
    everything = any((each.name or "").strip("/") in {"*", "**"} for each in policy.free or ())
    return "off" if everything else "on"


def _unguarded(entry: Entry) -> Detail:
    """Read the end of a platform's policy."""
    return _told(entry, _admission(entry, "off"))


def _attested(entry: Entry) -> Detail:
    """Read which keys an attestor trusts from now on; each is news once."""
    attestor = _requested(entry).attestor or _Attestor()
    name = attestor.name or entry.payload.resource or "an attestor"
    note = attestor.note or attestor.old_note or _Note()
    keys = dict.fromkeys(each.id for each in note.keys or () if each.id)
    found = (Change("attestor", "added", f"key {key} of {name}", stated=True) for key in keys)
    return _told(entry, *found)


def _dismissed(entry: Entry) -> Detail:
    return _told(entry, Change("attestor", "removed", entry.payload.resource or None))


def _opened(entry: Entry) -> Detail | None:
    """Read who may vouch for images from now on; other policies are not ours."""
    resource = entry.payload.resource or ""
    if not _NOTES.match(resource):
        return None
    grants = (each for each in opened(entry) if _VOUCHING.match(each.permission or ""))
    named = dict.fromkeys(map(_named, grants))
    changes = (Change("attestor", "added", f"{who} on {resource}", stated=True) for who in named)
    return _told(entry, *changes)


def _named(grant: Grant) -> str:
    if grant.kind == "public":
        return "everybody"
    return grant.to or "?" if grant.kind == "principal" else f"{grant.kind} {grant.to}"


def _enforced(entry: Entry) -> Detail | None:
    """Read whether a cluster asks at all; other changes of clusters are not ours."""
    switch = (_requested(entry).update or _Update()).admission
    if switch is None:
        return None
    on = switch.enabled or (switch.mode or "") not in _OFF
    return _told(entry, _admission(entry, "on" if on else "off"))


def _requested(entry: Entry) -> _Request:
    return part(_REQUEST, entry.payload.request, "request") or _Request()


def method(name: str) -> str | None:
    """Spell a method without its package and version."""
    if _CLUSTER.match(name):
        return "UpdateCluster"
    if _POLICIES.match(name):
        return "SetIamPolicy"
    found = _METHOD.match(name)
    return found[1] if found else None


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    "UpdatePolicy": _admitted,
    "DeletePlatformPolicy": _unguarded,
    "CreateAttestor": _attested,
    "UpdateAttestor": _attested,
    "DeleteAttestor": _dismissed,
    "SetIamPolicy": _opened,
    "UpdateCluster": _enforced,
}
