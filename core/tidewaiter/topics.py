"""The topics of the memory: a word and a subject.  Nobody spells a topic that somebody else reads.

A detector's own topics stand in its own file.
"""

from tidewaiter.tags import pattern

HOUR, DAY = 3600, 86400  # seconds; see ``Point.once``


def act(act_id: str) -> str:
    """The records that tell of one act, each in the note of its point."""
    return f"act {act_id}"


def judged(act_id: str) -> str:
    """That an act was judged with all that follows from it; the value names its records, or a
    later act of which something was said then.
    """
    return f"judged {act_id}"


def about(subject: str) -> str:
    """Every act about a digest, ``repository:tag``, machine image, principal or credential."""
    return f"about {subject}"


def alias(name: str) -> str:
    """The full names that people shorten to ``name``: ``web:latest``, ``alice``; once a day."""
    return f"alias {name}"


def told(key: str) -> str:
    """That an actor is known for what was done to the image ``key``."""
    return f"told {key}"


def tag_of(home: str, tag: str) -> str:
    """The digests that a tag pointed to; the note is a :class:`Move`."""
    return f"tag {home}:{tag}"


def tags_like(home: str, tag: str) -> str:
    """The tags of one pattern (``1.4`` and ``1.5``) with what they pointed to; the note is a
    :class:`Move`.
    """
    return f"tags {home}:{pattern(tag)}"


def pushers(home: str) -> str:
    """Who pushed to a repository, once a day."""
    return f"pushers {home}"


def pushes(home: str) -> str:
    """Every push to a repository by somebody known."""
    return f"pushes {home}"


def stock(home: str) -> str:
    """That an inventory lists a repository; the note is when the newest of its images came."""
    return f"stock {home}"


def reach(principal: str) -> str:
    """The repositories that a principal pushed to, once a day."""
    return f"reach {principal}"


def logins(principal: str) -> str:
    """The registry logins of a principal, with the event in the note."""
    return f"logins {principal}"


def runs(home: str) -> str:
    """The workloads that run images of a repository, or are defined to, once a day."""
    return f"runs {home}"


def use(subject: str) -> str:
    """The workloads that started to run an image: by key, or by ``home:tag`` where no digest is
    told.
    """
    return f"use {subject}"


def makers(account: str | None) -> str:
    """Who makes machine images in an account, subscription or project, once a day."""
    return f"makers {account or ''}"


def removed(subject: str) -> str:
    """Deletions of an image, by key, or of a tag, as ``home:tag``."""
    return f"removed {subject}"


def definition(name: str) -> str:
    """The images that a task definition names."""
    return f"definition {name}"


def defined(subject: str) -> str:
    """The task definitions that name an image, by key or by ``home:tag``."""
    return f"defined {subject}"


def tags_of(key: str) -> str:
    """The tags under which an image was pushed, as ``home:tag``; once a day."""
    return f"tags-of {key}"


def index_of(key: str) -> str:
    """The indexes that a manifest is a child of, or what a registry made it of as a replica."""
    return f"index {key}"


def children_of(key: str) -> str:
    """The manifests that an index lists, or the replicas of an image."""
    return f"children {key}"


def finding(join: str) -> str:
    """Acts about which some detector once said something, by what joins them to an incident."""
    return f"finding {join}"


def incident(incident_id: str) -> str:
    """What an incident's id was made of."""
    return f"incident {incident_id}"


def decision(incident_id: str) -> str:
    """What people decided about an incident; the note is the decision."""
    return f"decision {incident_id}"


def settled(incident_id: str) -> str:
    """The findings that were known when somebody closed the incident."""
    return f"settled {incident_id}"


def log_seen(log: str) -> str:
    """The accounts from which a log arrives, once a day (see ``tidewaiter.coverage``)."""
    return f"log {log}"


def sent(incident_id: str, sink: str) -> str:
    """What was sent of an incident; the note is how bad it was then."""
    return f"sent {sink} {incident_id}"


def unsent(day: str) -> str:
    """The incidents of a day (``2026-11-22``) that nobody was told of by mail."""
    return f"unsent {day}"


def held(day: str) -> str:
    """The findings that were held back on a day, by detector."""
    return f"held {day}"


def kept(day: str) -> str:
    """The records that were put into quarantine on a day; the note is the reason."""
    return f"kept {day}"


DIGESTS = "digests"
"""The days whose digest was sent."""

WAITING = "waiting"
"""Acts that may still meet the record that tells their actor."""

RELEASED = "released"
"""Acts that waited long enough."""

SETTINGS = "settings"
"""The last settings that could be used; the note is their text."""

CLOCK = "clock"
"""One point a day: how far event time has come."""
