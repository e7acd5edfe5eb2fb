"""Mails that could not be sent yet, because there were too many: they lie in a container, and the
timer sends them later, several in one.

What lies here is as good as sent: it stays until it is.
"""

from datetime import datetime

import msgspec
from msgspec import Struct

from tidewaiter.model import Severity
from tidewaiter_azure.objects import Objects, Place

_MAILS = "mails/"
_PAUSE = "pause"
_TOGETHER = 50  # mails that are put into one
_LARGEST = 4_000_000  # bytes of these; the service takes 10 MB
_SUBJECT = 99  # characters
_RULE = "=" * 76


class Mail(Struct, frozen=True):
    """A mail to all recipients; ``id`` is the same if the same mail is sent again."""

    id: str
    subject: str
    body: str


class Outbox:
    """The container ``name``.  Every method may raise :class:`~tidewaiter.errors.Unavailable`."""

    def __init__(self, name: str, objects: Objects) -> None:
        self._name = name
        self._objects = objects

    def put(self, mail: Mail) -> None:
        """Keep a mail; the same one twice is kept once."""
        self._objects.put(self._place(mail.id), msgspec.json.encode(mail))

    def waiting(self) -> list[Mail]:
        """Return the mails that wait, as many as go into one."""
        names = [one for one in self._objects.names(self._name) if one.startswith(_MAILS)]
        mails: list[Mail] = []
        size = 0
        found = (self._objects.find(Place(self._name, name)) for name in names[:_TOGETHER])
        for raw in filter(None, found):  # what is gone by now was sent by somebody else
            size += len(raw)
            if size > _LARGEST:
                break
            mails.append(msgspec.json.decode(raw, type=Mail))
        return mails

    def sent(self, mails: list[Mail]) -> None:
        """Forget mails that were sent."""
        for mail in mails:
            self._objects.delete(self._place(mail.id))

    def pause(self, until: datetime) -> None:
        """Note that nobody shall send before ``until``."""
        self._objects.put(Place(self._name, _PAUSE), until.isoformat().encode())

    def is_paused(self, now: datetime) -> bool:
        """Whether the service wants to be left alone."""
        until = self._objects.find(Place(self._name, _PAUSE))
        return until is not None and datetime.fromisoformat(until.decode()) > now

    def _place(self, mail_id: str) -> Place:
        return Place(self._name, f"{_MAILS}{mail_id}.json")


def together(mails: list[Mail]) -> Mail:
    """Put mails into one, the gravest first; one alone stays as it is.

    >>> one, other = Mail("1", "[Tidewaiter] LOW b", "B"), Mail("2", "[Tidewaiter] HIGH a", "A")
    >>> together([one, other]).subject
    '[Tidewaiter] 2 mails in one: HIGH a; LOW b'
    """
    if len(mails) == 1:
        return mails[0]
    mails = sorted(mails, key=_rank, reverse=True)
    titles = [_title(one) for one in mails]
    subject = f"[Tidewaiter] {len(mails)} mails in one: {'; '.join(titles)}"
    if len(subject) > _SUBJECT:
        subject = subject[: _SUBJECT - 3].rstrip() + "..."
    head = ["There were more mails than may be sent.  These are:", "", *titles, ""]
    bodies = [f"{_RULE}\n{title}\n\n{one.body}" for title, one in zip(titles, mails, strict=True)]
    return Mail(" ".join(one.id for one in mails), subject, "\n".join([*head, *bodies]))


def _title(mail: Mail) -> str:
    return mail.subject.removeprefix("[Tidewaiter] ")


def _rank(mail: Mail) -> int:
    """How grave it is, which is the first word; a digest begins with its day, and comes last."""
    word = _title(mail).partition(" ")[0].lower()
    return Severity(word).rank if word in set(Severity) else -1
