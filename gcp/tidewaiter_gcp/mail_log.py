"""Mails by way of the log: an incident is one entry, and an alert policy mails it.

A log-based policy mails what label extractors take out of an entry.  Each combination of labels has
its notifications of its own, so one that extracts ``jsonPayload.mail.id`` mails every story, and
not just the first in five minutes; a subject has at most 255 bytes, the documentation 8,192
characters.  So a story that is longer is cut, and the link below it leads to the entry, which has
the whole.  The documentation is Markdown, and our text must not be taken for markup.

https://cloud.google.com/monitoring/alerts/doc-variables and
https://cloud.google.com/logging/docs/alerting/log-based-alerts
"""

import logging
from datetime import date
from itertools import accumulate
from urllib.parse import quote

from tidewaiter.model import Severity
from tidewaiter.news import Digest, News
from tidewaiter.outputs import mail
from tidewaiter.outputs.markdown import literal
from tidewaiter_gcp.log import Log

PARTS = 7  # labels for the text; with id and subject nine of the ten that a policy may have
PART = 1000  # bytes of each: a label's value may have 1,024
_PIECE = 200  # bytes that stay together; a part may have that much less
_BODY = 100_000  # bytes: an entry may have 256 KiB, and escapes make a text longer
_CONSOLE = "https://console.cloud.google.com/logs/query;query="
_LEVELS = {Severity.CRITICAL: logging.CRITICAL, Severity.HIGH: logging.ERROR}


class MailLog:
    """Tells people by an alert policy; ``memory`` is what they give ``--memory``.

    Entries have the label ``tidewaiter: mail``, and in ``jsonPayload.mail``: ``id`` and ``kind`` of
    the news, ``incident`` and ``severity``, ``subject``, ``body``, the ``link`` to the entry, and
    ``part1`` to ``part7``, which are what a policy can mail of the body.
    """

    name = "mail"

    def __init__(self, log: Log, project: str, memory: str = "FILE") -> None:
        self._log = log
        self._project = project
        self._memory = memory

    def send(self, news: News) -> None:
        """Write the story; it is gone from here once it is written."""
        incident = news.incident
        self._write(
            _LEVELS.get(incident.severity, logging.WARNING),
            mail.subject(news),
            mail.body(news, self._memory),
            id=news.id,
            since=incident.first_time.date(),
            kind=str(news.kind),
            incident=incident.id,
            severity=str(incident.severity),
        )

    def send_digest(self, digest: Digest) -> None:
        """Write what was worth no mail of its own; its kind is ``digest``."""
        body = mail.digest_body(digest, self._memory)
        subject = mail.digest_subject(digest)
        name = f"digest-{digest.day}"
        self._write(logging.INFO, subject, body, id=name, since=digest.day, kind="digest")

    def _write(
        self,
        level: int,
        subject: str,
        body: str,
        *,
        id: str,  # noqa: A002
        since: date,
        **told: str,
    ) -> None:
        link = self._link(id, since)
        told |= {"id": id, "subject": subject, "link": link, "body": _cut(body, _BODY)}
        told |= {f"part{at + 1}": text for at, text in enumerate(parts(body, link))}
        self._log.write("mail", level, subject, {"mail": told})

    def _link(self, id: str, since: date) -> str:  # noqa: A002 - it is one
        # Without a time in the query the console looks back for five minutes.
        query = quote(f'timestamp>="{since}T00:00:00Z" AND jsonPayload.mail.id="{id}"', safe="")
        return f"{_CONSOLE}{query}?project={quote(self._project, safe=':.')}"


def parts(body: str, link: str) -> list[str]:
    """Return ``body`` as Markdown, cut where it must be, and ``link`` in :data:`PARTS` texts of at
    most :data:`PART` bytes, whole lines if it can be, which a mail puts one after the other.
    """
    end = f"[The whole story, in the log]({link})\n"
    text = _cut(literal(body), PARTS * (PART - _PIECE) - len(end.encode())) + end
    found = [""]
    for line in text.splitlines(keepends=True):
        for piece in _pieces(line):
            if len((found[-1] + piece).encode()) > PART:
                found.append("")
            found[-1] += piece
    return (found + [""] * PARTS)[:PARTS]


def _pieces(line: str) -> list[str]:
    """A line, which is rarely longer than a mail is wide, or pieces of it, which waste as little
    of a part; no letter has more than four bytes.
    """
    if len(line.encode()) <= _PIECE:
        return [line]
    width = _PIECE // 4
    return [line[at : at + width] for at in range(0, len(line), width)]


def _cut(text: str, room: int) -> str:
    """Return what of ``text`` fits into ``room`` bytes, and at its end that there is more."""
    if len(text.encode()) <= room:
        return text
    lines = text.splitlines(keepends=True)
    room -= len(f"… {len(lines)} more lines\n".encode())
    ends = accumulate(len(line.encode()) for line in lines)
    kept = sum(end <= room for end in ends)
    return "".join(lines[:kept]) + f"… {len(lines) - kept} more lines\n"
