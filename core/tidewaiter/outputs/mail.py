"""Incidents and digests as mails in plain text, whoever carries them.

A mail is read on a phone at night: subject and first lines are the answer, the story follows, and
at the end stands how to look further.  Everything that comes from logs is escaped, and made no link
of (:mod:`tidewaiter.outputs.links`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from shlex import quote

from tidewaiter.findings import Incident
from tidewaiter.model import Severity
from tidewaiter.news import Digest, Kind, News
from tidewaiter.outputs.brevity import of_incident
from tidewaiter.outputs.escape import visible
from tidewaiter.outputs.layout import Line, Role, block, plain, titled, wrap
from tidewaiter.outputs.links import unlinked
from tidewaiter.outputs.text import listed, story
from tidewaiter.status import CLOSED

SUBJECT = 99  # characters: "less than 100" is what SNS says
BODY = 200_000  # bytes of UTF-8: SNS takes 256 KiB with all attributes, and others take more
WIDTH = 76

_KINDS = {Kind.ESCALATED: " (escalated)", Kind.REOPENED: " (reopened)", Kind.CHANGED: " (changed)"}
_AGAIN = {
    Kind.ESCALATED: "it is graver than when you were told",
    Kind.REOPENED: "it was closed, and something new was found",
    Kind.CHANGED: "something in it changed",
}
_LISTED = 50  # lines of one kind in a digest
_SAID = 300


def subject(news: News) -> str:
    """Return one line of at most ``SUBJECT`` printable ASCII characters: how bad, and what."""
    incident = news.incident
    title = of_incident(incident)(incident.title)
    return _subject(f"{incident.severity.upper()}{_KINDS.get(news.kind, '')} {title}")


def digest_subject(digest: Digest) -> str:
    """Return one line of at most ``SUBJECT`` printable ASCII characters: which day, how much."""
    return _subject(f"{digest.day}: {_sum(digest)}")


def body(news: News, memory: str = "FILE") -> str:
    """Return the answer, the story, and how to look further: at most ``BODY`` bytes of UTF-8.

    ``memory`` is where the command line finds the memory, as ``--memory`` takes it.
    """
    incident = news.incident
    told = story(incident, WIDTH)
    head = told.index(())  # what follows the title and its remarks
    lines = [*told[:head], (), *_answer(news), *told[head:]]
    name, where = _word(incident.id), f"--memory {quote(memory)}"
    show = f"tidewaiter show {name} {where}"
    close = [
        f"tidewaiter acknowledge {name} --reason TEXT {where}",
        f"tidewaiter close {name} --as resolved --reason TEXT {where}",
    ]
    commands = {"Everything that is known:": [show], "When you work on it, and when done:": close}
    return _cut(unlinked(plain(lines)), _end(commands, f"This mail is {news.id}."), show)


def digest_body(digest: Digest, memory: str = "FILE") -> str:
    """Return what was worth no mail of its own, counted: at most ``BODY`` bytes of UTF-8."""
    lines = [
        *titled("DIGEST", Role.LABEL, f"{digest.day} (UTC): {_sum(digest)}", WIDTH),
        *_section(
            "Incidents below the threshold of mails ([notify] at, in tidewaiter.toml)",
            [f"{grade.upper():<9} {title} ({name})" for name, (grade, title) in _graded(digest)],
        ),
        *_section(
            "Findings that were held back, by detector: they wait until a repository is known,"
            " or are expected ([[trusted]])",
            [f"{count:>6,}  {name}" for name, count in digest.held.items()],
        ),
        *_section(
            "Records that could not be interpreted; they lie in quarantine, whole",
            digest.quarantined,
        ),
    ]
    show = f"tidewaiter show INCIDENT --memory {quote(memory)}"
    return _cut(unlinked(plain(lines)), _end({"Everything about one of them:": [show]}), show)


def _subject(text: str) -> str:
    """Cut, where it must be, before the escape that would not be whole."""
    plain_text = unlinked(visible(text)).replace("…", "...")
    pieces = [one.encode("ascii", "backslashreplace").decode() for one in plain_text]
    line = "[Tidewaiter] " + "".join(pieces)
    if len(line) <= SUBJECT:
        return line.rstrip()
    while len(line) > SUBJECT - 3:
        line = line[: -len(pieces.pop())]
    return line.rstrip() + "..."


def _answer(news: News) -> Iterator[Line]:
    """What somebody who was woken asks first."""
    incident = news.incident
    brief = of_incident(incident)
    running = listed(incident.workloads)
    told = {
        "Running": brief(f"yes: {running}" if running else "no log tells of it"),
        "When": _when(incident),
        "Who": brief(listed(incident.principals) or "no log tells who"),
        "First": brief(next(iter(incident.next_steps), "")),
        "Again": _again(news),
    }
    for label, text in told.items():
        yield from block(label, [text] if text else [], WIDTH)


def _when(incident: Incident) -> str:
    first, last = incident.first_time, incident.last_time
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%Y-%m-%d %H:%M}"
    start = f"{first:%Y-%m-%d %H:%M}"
    return f"{start} UTC" if start.endswith(until) else f"{start} to {until} UTC"


def _again(news: News) -> str:
    """Why it is told once more; nothing if it is the first time."""
    incident = news.incident
    last = next((one for one in reversed(incident.decisions) if one.status in CLOSED), None)
    if news.kind is Kind.REOPENED and last:
        was = f"{last.status} by {last.by} on {last.time:%Y-%m-%d %H:%M} UTC"
        return visible(f"it was {was}, and something new was found", limit=_SAID)
    return _AGAIN.get(news.kind, "")


def _end(commands: Mapping[str, Sequence[str]], *remarks: str) -> str:
    """Commands stand unwrapped, to be copied."""
    lines = ["", "-" * WIDTH]
    for label, ones in commands.items():
        lines += [label, *(f"  {visible(one)}" for one in ones)]
    return "\n".join([*lines, *remarks, ""])


def _cut(text: str, end: str, show: str) -> str:
    """Return ``text`` and ``end``, with what is too long left out and said to be."""
    room = BODY - len(end.encode())
    if len(text.encode()) <= room:
        return text + end
    lines = text.splitlines(keepends=True)
    room -= len(f"… {len(lines)} more lines: {show}\n".encode())
    ends = accumulate(len(line.encode()) for line in lines)
    kept = sum(end <= room for end in ends)
    return "".join(lines[:kept]) + f"… {len(lines) - kept} more lines: {visible(show)}\n" + end


def _sum(digest: Digest) -> str:
    """``2 incidents, 14 findings held back``; what there is none of is not said."""
    held, bad = sum(digest.held.values()), len(digest.quarantined)
    counts = [
        _counted(len(digest.incidents), "incident", ""),
        _counted(held, "finding", " held back"),
        f"records in quarantine for {_counted(bad, 'reason', '')}" if bad else "",
    ]
    return ", ".join(filter(None, counts)) or "nothing besides what was told"


def _counted(count: int, what: str, more: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}{more}" if count else ""


def _graded(digest: Digest) -> list[tuple[str, tuple[Severity, str]]]:
    return sorted(digest.incidents.items(), key=lambda one: (-one[1][0].rank, one[0]))


def _section(title: str, texts: Iterable[str]) -> Iterator[Line]:
    """A list with its title; nothing if it is empty."""
    told = list(texts)
    if not told:
        return
    yield ()
    yield from (((line, Role.LABEL),) for line in wrap(title, WIDTH))
    for text in told[:_LISTED]:
        for line in wrap(visible(text, limit=_SAID), WIDTH - 2, 4):
            yield ((f"  {line}", Role.PLAIN),)
    if len(told) > _LISTED:
        yield ((f"  and {len(told) - _LISTED:,} more", Role.FAINT),)


def _word(text: str) -> str:
    return visible(text, limit=_SAID)
