"""Cloud Build's topic ``cloud-builds``: a build was queued, runs or ended, and what it made.

Messages: https://cloud.google.com/build/docs/subscribe-build-notifications
The resource: https://cloud.google.com/build/docs/api/reference/rest/v1/projects.builds#Build
It does not say who asked for the build; that is told, of the same act, by Cloud Audit Logs.  The
account that a build runs as is what it was given, and not who acts.
"""

import msgspec

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, Outcome, Session
from tidewaiter.sources.google_builds import Build, built, operation_of, source_of
from tidewaiter.sources.google_names import own_account, place_in
from tidewaiter.sources.interface import Record, Source, decode, moment

NAME = "cloud_build"

_PENDING = ("PENDING", "QUEUED", "WORKING", "STATUS_UNKNOWN")
_TYPICAL = {"steps", "logUrl", "logsBucket", "results", "buildTriggerId"}
_BUILD = msgspec.json.Decoder(Build)


def claims(record: Record) -> bool:
    """A build's own names, and one of those that only a build has."""
    fields = record.fields.keys()
    return fields >= {"id", "projectId", "status"} and not fields.isdisjoint(_TYPICAL)


def read(record: Record) -> Event:
    """Read one build.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    build = decode(_BUILD, record.raw)
    for value, path in ((build.id, "$.id"), (build.project, "$.projectId")):
        if not value:
            raise Malformed("the build is not named", path)
    attributes = dict(record.context.attributes)
    status = build.status or "STATUS_UNKNOWN"
    images = built(build)
    outcome = _outcome(status)
    time, path = _time(build, attributes, outcome)
    account = (build.service_account or "").rpartition("/")[2].lower()
    return Event(
        id=attributes.get("messageId") or f"{build.id}@{status}",
        act=operation_of(build.project or "", build.id or ""),
        time=moment(time, path),
        provider="gcp",
        source=NAME,
        activity=Activity.IMAGE_BUILT if images else Activity.RESOURCE_USED,
        operation=status,
        outcome=outcome,
        error=_error(build) if outcome is Outcome.FAILURE else None,
        service="cloudbuild.googleapis.com",
        account=build.project,
        region=place_in(build.name),
        images=images,
        stored=source_of(build),
        target=build.id,
        session=Session(role=account, account=own_account(account)) if account else None,
    )


def _outcome(status: str) -> Outcome:
    """SUCCESS is the only good end: others are FAILURE, TIMEOUT, CANCELLED, EXPIRED ..."""
    if status in _PENDING:
        return Outcome.PENDING
    return Outcome.SUCCESS if status == "SUCCESS" else Outcome.FAILURE


def _error(build: Build) -> str | None:
    detail = build.failure.detail if build.failure else None
    return detail or build.status_detail or build.status or None


def _time(build: Build, attributes: dict[str, str], outcome: Outcome) -> tuple[str, str]:
    """When it came to this, and where that stands."""
    over = outcome is not Outcome.PENDING
    told = (
        (build.finished if over else None, "$.finishTime"),
        (build.started, "$.startTime"),
        (attributes.get("publishTime"), "$"),
        (build.created, "$.createTime"),
    )
    for value, path in told:
        if value:
            return value, path
    raise Malformed("the build has no time", "$.createTime")


SOURCE = Source(
    name=NAME,
    provider="gcp",
    title="Cloud Build notifications (topic cloud-builds)",
    link="https://cloud.google.com/build/docs/subscribe-build-notifications",
    claims=claims,
    read=read,
)
