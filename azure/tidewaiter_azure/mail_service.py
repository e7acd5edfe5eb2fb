"""Mails by Azure Communication Services.

A domain that Azure manages sends five mails a minute and ten an hour; one of your own sends more.
What is too many goes to the outbox, and is sent in one mail when the service takes mails again.
https://learn.microsoft.com/azure/communication-services/concepts/service-limits#email
https://learn.microsoft.com/rest/api/communication/email
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from tidewaiter.errors import Unavailable
from tidewaiter.news import Digest, News
from tidewaiter.outputs import mail
from tidewaiter_azure import log
from tidewaiter_azure.asking import is_limited, wished
from tidewaiter_azure.outbox import Mail, Outbox, together
from tidewaiter_azure.rest import Rest

PATIENCE = 10.0  # seconds for a request; with watching it stays below half a minute
# The SDKs of all languages ask for it with two slashes.
SCOPE = "https://communication.azure.com//.default"
_VERSION = "api-version=2023-03-31"
# Seconds before each look at what became of a mail; still on its way then, it counts as sent.  Of
# Azure's own domain one may look twice as often as send.
_LOOKS = (1.0, 9.0)
_PAUSE = 60.0  # seconds, where the service does not say how long


class Addresses(Struct, frozen=True):
    """Who writes, in a domain of the service, and to whom."""

    sender: str
    recipients: tuple[str, ...]


class MailService:
    """Tells people; ``memory`` is what they give ``--memory``."""

    name = "mail"

    def __init__(
        self,
        rest: Rest,
        addresses: Addresses,
        outbox: Outbox,
        memory: str = "FILE",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._rest = rest
        self._addresses = addresses
        self._outbox = outbox
        self._memory = memory
        self._clock = clock

    def send(self, news: News) -> None:
        """Mail the story."""
        self._post(Mail(news.id, mail.subject(news), mail.body(news, self._memory)))
        log.told(news, self.name)

    def send_digest(self, digest: Digest) -> None:
        """Mail what was worth no mail of its own."""
        subject, body = mail.digest_subject(digest), mail.digest_body(digest, self._memory)
        self._post(Mail(f"digest-{digest.day}", subject, body))

    def flush(self) -> int:
        """Send what lies in the outbox, unless it is too early; return how many mails that were.

        Raises :class:`Unavailable` when the service or the outbox does not answer.
        """
        waiting = self._outbox.waiting()
        if not waiting or self._outbox.is_paused(self._clock()):
            return 0
        if not self._submit(together(waiting)):
            return 0
        self._outbox.sent(waiting)
        return len(waiting)

    def _post(self, one: Mail) -> None:
        if self._outbox.is_paused(self._clock()) or not self._submit(one):
            self._outbox.put(one)

    def _submit(self, one: Mail) -> bool:
        """Send a mail; return whether the service took it, or has enough for now."""
        told = {
            "senderAddress": self._addresses.sender,
            "recipients": {"to": [{"address": one} for one in self._addresses.recipients]},
            "content": {"subject": one.subject, "plainText": one.body},
        }
        # An answer that was lost must not double the mail.
        operation = str(uuid5(NAMESPACE_URL, one.id))
        try:
            self._rest.ask(
                "POST", f"/emails:send?{_VERSION}", told, headers={"Operation-Id": operation}
            )
        except Unavailable as error:
            limit = _limit(error)
            if limit is None:
                raise
            self._outbox.pause(self._clock() + timedelta(seconds=wished(limit) or _PAUSE))
            return False
        self._watch(operation)
        return True

    def _watch(self, operation: str) -> None:
        """Wait until the mail is on its way.  Raises :class:`Unavailable` if it was refused."""
        for pause in _LOOKS:
            self._rest.asking.sleep(pause)
            try:
                told = self._rest.ask("GET", f"/emails/operations/{operation}?{_VERSION}")
            except Unavailable as error:
                if _limit(error) is None:
                    raise
                return  # too many looks; the mail was taken all the same
            if told["status"] in {"Failed", "Canceled"}:
                raise Unavailable(f"the mail was refused: {_reason(told)}")
            if told["status"] == "Succeeded":
                return


def _limit(error: Unavailable) -> Exception | None:
    """Return what the service said if it has enough of us for now."""
    cause = error.__cause__
    return cause if isinstance(cause, Exception) and is_limited(cause) else None


def _reason(told: dict[str, Any]) -> str:
    error = told.get("error") or {}
    return " ".join(f"{error.get('code')}: {error.get('message')}".split())
