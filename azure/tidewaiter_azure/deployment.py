"""What the function app was deployed with, as its environment says, and the worker that is made of
it.

Nothing is asked of Azure, and no client made, before it is needed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tidewaiter.live.interface import Sink
from tidewaiter.live.quarantine import Quarantine
from tidewaiter.live.stock import Stock
from tidewaiter.live.tuning import LiveSettings
from tidewaiter.live.worker import Worker
from tidewaiter.memory.interface import Point
from tidewaiter.model import short_hash
from tidewaiter.settings import Settings, SettingsError
from tidewaiter_azure import inventory, mail_service, topic
from tidewaiter_azure.asking import Asking
from tidewaiter_azure.inventory import Inventory
from tidewaiter_azure.mail_service import Addresses, MailService
from tidewaiter_azure.objects import Objects
from tidewaiter_azure.outbox import Outbox
from tidewaiter_azure.queues import Queues
from tidewaiter_azure.registries import Registries
from tidewaiter_azure.rest import Rest, Service
from tidewaiter_azure.retry import Retry
from tidewaiter_azure.settings import fetching
from tidewaiter_azure.tables import open_address
from tidewaiter_azure.topic import IncidentTopic

_EXPIRY = "expiry"  # the topic that remembers how far the deletion of what has expired came
_DAILY = timedelta(hours=23)
_SLICE = 180.0  # seconds; the tick, which releases and tells, comes every five minutes


class Environment(Struct, frozen=True, kw_only=True):
    """The variables that begin with ``TIDEWAITER_``; what is empty is absent.

    The two URLs are those of the connection ``TIDEWAITER_STORAGE``, by which the host knows the
    account, too.
    """

    memory: str  # aztables://ACCOUNT/TABLE
    blobs: str  # https://ACCOUNT.blob.core.windows.net
    queues: str  # https://ACCOUNT.queue.core.windows.net
    quarantine: str  # a container
    retry: str  # a container, and a queue
    outbox: str  # a container
    mail_endpoint: str  # https://NAME.communication.azure.com
    mail_from: str
    mail_to: tuple[str, ...]
    incident_topic: str | None = None  # https://NAME.REGION-1.eventgrid.azure.net/api/events
    settings: str | None = None  # blob://CONTAINER/NAME
    subscriptions: tuple[str, ...] = ()  # whose inventory is taken
    management: str = inventory.ENDPOINT  # of another cloud than the public one


def environment_of(variables: Mapping[str, str]) -> Environment:
    """Read the environment.  Raises :class:`SettingsError` naming the variable and the reason."""
    given = {name: text for name, text in variables.items() if text}
    if given.get("TIDEWAITER_READ_MANIFESTS", "off") != "off":
        raise SettingsError("TIDEWAITER_READ_MANIFESTS: images cannot be read yet; it must be off")
    topic_url = given.get("TIDEWAITER_INCIDENT_TOPIC")
    return Environment(
        memory=_required(given, "TIDEWAITER_MEMORY"),
        blobs=_url(_required(given, "TIDEWAITER_STORAGE__blobServiceUri")),
        queues=_url(_required(given, "TIDEWAITER_STORAGE__queueServiceUri")),
        quarantine=_required(given, "TIDEWAITER_QUARANTINE"),
        retry=_required(given, "TIDEWAITER_RETRY"),
        outbox=_required(given, "TIDEWAITER_OUTBOX"),
        mail_endpoint=_url(_required(given, "TIDEWAITER_MAIL_ENDPOINT")),
        mail_from=_required(given, "TIDEWAITER_MAIL_FROM"),
        mail_to=_list(_required(given, "TIDEWAITER_MAIL_TO")),
        incident_topic=_url(topic_url) if topic_url else None,
        settings=given.get("TIDEWAITER_SETTINGS"),
        subscriptions=_list(given.get("TIDEWAITER_SUBSCRIPTIONS", "")),
        management=_url(given.get("TIDEWAITER_MANAGEMENT", inventory.ENDPOINT)),
    )


def _required(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise SettingsError(f"{name} is not set")
    return given[name]


def _url(text: str) -> str:
    if not text.startswith("https://"):
        raise SettingsError(f"{text!r} is no https:// URL, and tokens travel by no other")
    return text.rstrip("/")


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


class Deployment:
    """Everything that the functions work with; it lives as long as the process.

    Raises :class:`SettingsError` or :class:`~tidewaiter.errors.Unavailable`, in one sentence, if
    the ``variables`` of the environment say something that cannot be.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        given = environment_of(variables)
        objects = Objects(given.blobs)
        self.memory = open_address(given.memory)
        self.settings = LiveSettings(fetching(given.settings, objects), self.memory)
        self.retry = Retry(given.retry, objects, Queues(given.queues))
        self.mail = _mail(given, Outbox(given.outbox, objects))
        self._quarantine = Quarantine(objects.into(given.quarantine))
        self._sinks = tuple(self._all_sinks(given))
        management = Rest(Service(given.management, f"{given.management}/.default"))
        self._inventory = Inventory(management, Registries(), given.subscriptions)

    def _all_sinks(self, given: Environment) -> Iterator[Sink]:
        yield self.mail
        if given.incident_topic is not None:
            patient = Asking(lambda: topic.PATIENCE)
            yield IncidentTopic(Rest(Service(given.incident_topic, topic.SCOPE), patient))

    def worker(self, settings: Settings) -> Worker:
        """Make a worker that judges by ``settings``."""
        return Worker(self.memory, settings, self._sinks, self._quarantine.keep)

    def stock(self, seconds_left: Callable[[], float]) -> Stock:
        """Return a slice of the inventory, for ``Worker.learn``."""
        return Stock(self.memory, self._inventory.parts, seconds_left)

    def clean(self) -> None:
        """Do what is due besides the worker's tick: send what waits in the outbox, and once a day
        delete what has expired, in as many slices as it takes.

        Raises :class:`~tidewaiter.errors.Unavailable`.
        """
        self.mail.flush()
        now = datetime.now(UTC)
        known = self.memory.recall((_EXPIRY,), now - 2 * _DAILY, now)[_EXPIRY]
        after = known[-1].value if known else ""
        if known and not after and known[-1].time > now - _DAILY:
            return
        end = time.monotonic() + _SLICE
        places = self.memory.expire(after)
        place = next(places)
        while place and time.monotonic() < end:
            place = next(places)
        self.memory.add([Point(_EXPIRY, place, now, short_hash(_EXPIRY, now.isoformat()))])


def _mail(given: Environment, outbox: Outbox) -> MailService:
    service = Service(given.mail_endpoint, mail_service.SCOPE)
    rest = Rest(service, Asking(lambda: mail_service.PATIENCE))
    return MailService(rest, Addresses(given.mail_from, given.mail_to), outbox, given.memory)
