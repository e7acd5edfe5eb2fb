"""What a function was deployed with, as its environment says, and the worker that is made of it.

Nothing is asked of Google, and no client made, before it is needed.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from urllib.parse import urlsplit

from msgspec import Struct

from tidewaiter.live.interface import Sink
from tidewaiter.live.quarantine import Quarantine
from tidewaiter.live.stock import Part, Stock
from tidewaiter.live.tuning import LiveSettings
from tidewaiter.live.worker import Worker
from tidewaiter.memory.opening import open_memory
from tidewaiter.settings import Settings, SettingsError
from tidewaiter_gcp.asking import Asking
from tidewaiter_gcp.deliveries import Read
from tidewaiter_gcp.log import Log
from tidewaiter_gcp.mail_log import MailLog
from tidewaiter_gcp.objects import Objects
from tidewaiter_gcp.occurrences import Occurrences
from tidewaiter_gcp.services import Services
from tidewaiter_gcp.settings import fetching
from tidewaiter_gcp.topic import PATIENCE, IncidentTopic


class Environment(Struct, frozen=True, kw_only=True):
    """The variables that begin with ``TIDEWAITER_``; what is empty is absent."""

    memory: str  # firestore://PROJECT/COLLECTION
    quarantine: str  # a bucket
    incident_topic: str | None = None  # projects/PROJECT/topics/NAME
    settings: str | None = None  # gs://BUCKET/NAME
    read_occurrences: bool = True
    projects: tuple[str, ...] = ()  # whose inventory is taken; default: the memory's

    @property
    def project(self) -> str:
        """The project that we are in: the memory's."""
        return urlsplit(self.memory).netloc


def project_of(variables: Mapping[str, str]) -> str | None:
    """Return the project that we are in, whatever else is wrong with the environment."""
    named = urlsplit(variables.get("TIDEWAITER_MEMORY", "")).netloc
    return variables.get("GOOGLE_CLOUD_PROJECT") or named or None


def environment_of(variables: Mapping[str, str]) -> Environment:
    """Read the environment.  Raises :class:`SettingsError` naming the variable and the reason."""
    given = {name: text for name, text in variables.items() if text}
    if _switch(given, "TIDEWAITER_READ_MANIFESTS", "off"):
        raise SettingsError("TIDEWAITER_READ_MANIFESTS: images cannot be read yet; it must be off")
    return Environment(
        memory=_required(given, "TIDEWAITER_MEMORY"),
        quarantine=_required(given, "TIDEWAITER_QUARANTINE"),
        incident_topic=given.get("TIDEWAITER_INCIDENT_TOPIC"),
        settings=given.get("TIDEWAITER_SETTINGS"),
        read_occurrences=_switch(given, "TIDEWAITER_READ_OCCURRENCES", "on"),
        projects=tuple(given.get("TIDEWAITER_PROJECTS", "").replace(",", " ").split()),
    )


def _required(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise SettingsError(f"{name} is not set")
    return given[name]


def _switch(given: Mapping[str, str], name: str, usual: str) -> bool:
    text = given.get(name, usual)
    if text not in {"on", "off"}:
        raise SettingsError(f"{name} is {text!r}; it must be on or off")
    return text == "on"


class Deployment:
    """Everything that a function works with; it lives as long as the process.

    Raises :class:`SettingsError` or :class:`~tidewaiter.errors.Unavailable`, in one sentence, if
    the ``variables`` of the environment say something that cannot be.
    """

    def __init__(self, variables: Mapping[str, str], log: Log) -> None:
        self._given = environment_of(variables)
        self._log = log
        self._services = Services(variables=variables)
        self._memory = open_memory(self._given.memory)
        objects = Objects(self._services)
        self.settings = LiveSettings(fetching(self._given.settings, objects), self._memory)
        self._quarantine = Quarantine(objects.into(self._given.quarantine))
        self._sinks = tuple(self._sinks_of(variables))

    def _sinks_of(self, variables: Mapping[str, str]) -> Iterator[Sink]:
        yield MailLog(self._log, self._given.project, self._given.memory)
        if self._given.incident_topic is not None:
            patient = Services(Asking(lambda: PATIENCE), variables)
            yield IncidentTopic(self._given.incident_topic, patient)

    @cached_property
    def read_occurrence(self) -> Read | None:
        """What completes vulnerability occurrences; ``None`` if that is switched off."""
        return Occurrences(self._services, self._log).read if self._given.read_occurrences else None

    def stock(self, seconds_left: Callable[[], float]) -> Stock:
        """Return what takes the inventory of the projects, as far as there is time."""
        return Stock(self._memory, lambda: self._parts, seconds_left)

    @property
    def _parts(self) -> Iterator[Part]:
        from tidewaiter.asking import Pace
        from tidewaiter_gcp.inventory import parts  # of the three functions one needs it
        from tidewaiter_gcp.listing import Listing

        pace = Pace()
        projects = self._given.projects or (self._given.project,)
        return parts([Listing(one, self._services, pace) for one in projects])

    def worker(self, settings: Settings) -> Worker:
        """Make a worker that judges by ``settings``."""
        return Worker(self._memory, settings, self._sinks, self._quarantine.keep)
