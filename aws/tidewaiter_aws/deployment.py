"""What a function was deployed with, as its environment says, and the worker that is made of it.

Nothing is asked of AWS, and no client made, before it is needed.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from tidewaiter.errors import Unavailable
from tidewaiter.live.interface import Sink
from tidewaiter.live.quarantine import Quarantine
from tidewaiter.live.tuning import LiveSettings
from tidewaiter.live.worker import Worker
from tidewaiter.memory.opening import open_memory
from tidewaiter.model import Activity
from tidewaiter.outputs.asff import Hub
from tidewaiter.settings import Settings, SettingsError, Trusted
from tidewaiter.sources.amazon import parse_arn
from tidewaiter_aws.objects import Objects
from tidewaiter_aws.security_hub import SecurityHub
from tidewaiter_aws.settings import fetching
from tidewaiter_aws.sns import IncidentTopic, MailTopic, Topic

if TYPE_CHECKING:
    from tidewaiter.live.stock import Part, Stock
    from tidewaiter_aws.listing import Listing


class Environment(Struct, frozen=True, kw_only=True):
    """The variables that begin with ``TIDEWAITER_``, and the region; what is empty is absent."""

    memory: str  # dynamodb://TABLE
    quarantine: str  # a bucket
    mail_topic: str
    incident_topic: str | None = None
    security_hub: bool = False
    settings: str | None = None  # s3://BUCKET/KEY or ssm:///NAME
    inventory_role: str | None = None  # ARN of the role that takes the inventory
    region: str | None = None


def environment_of(variables: Mapping[str, str]) -> Environment:
    """Read the environment.  Raises :class:`SettingsError` naming the variable and the reason."""
    given = {name: text for name, text in variables.items() if text}
    if _switch(given, "TIDEWAITER_READ_MANIFESTS"):
        raise SettingsError("TIDEWAITER_READ_MANIFESTS: images cannot be read yet; it must be off")
    return Environment(
        memory=_required(given, "TIDEWAITER_MEMORY"),
        quarantine=_required(given, "TIDEWAITER_QUARANTINE"),
        mail_topic=_required(given, "TIDEWAITER_MAIL_TOPIC"),
        incident_topic=given.get("TIDEWAITER_INCIDENT_TOPIC"),
        security_hub=_switch(given, "TIDEWAITER_SECURITY_HUB"),
        settings=given.get("TIDEWAITER_SETTINGS"),
        inventory_role=given.get("TIDEWAITER_INVENTORY_ROLE"),
        region=given.get("AWS_REGION", given.get("AWS_DEFAULT_REGION")),
    )


def _required(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise SettingsError(f"{name} is not set")
    return given[name]


def _switch(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "off")
    if text not in {"on", "off"}:
        raise SettingsError(f"{name} is {text!r}; it must be on or off")
    return text == "on"


def _sinks(given: Environment) -> Iterator[Sink]:
    arn = parse_arn(given.mail_topic)
    if arn is None or not arn.region or not arn.account:
        raise SettingsError(f"TIDEWAITER_MAIL_TOPIC is {given.mail_topic!r}, which is no ARN")
    # As a responder types it, who may be in another region.
    yield MailTopic(Topic(given.mail_topic), f"{given.memory}?region={arn.region}")
    if given.incident_topic is not None:
        yield IncidentTopic(Topic(given.incident_topic))
    if given.security_hub:
        yield SecurityHub(Hub(arn.account, arn.region))


class Deployment:
    """Everything that a function works with; it lives as long as the process.

    Raises :class:`SettingsError` or :class:`~tidewaiter.errors.Unavailable`, in one sentence, if
    the ``variables`` of the environment say something that cannot be.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._given = given = environment_of(variables)
        self.objects = Objects()
        self._memory = open_memory(given.memory)
        self.settings = LiveSettings(fetching(given.settings, self.objects), self._memory)
        self._quarantine = Quarantine(self.objects.into(given.quarantine))
        self._sinks = tuple(_sinks(given))

    def worker(self, settings: Settings) -> Worker:
        """Make a worker that judges by ``settings``, and expects what we do ourselves."""
        trusted = (*settings.trusted, *_expected(self._given.inventory_role))
        return Worker(
            self._memory,
            msgspec.structs.replace(settings, trusted=trusted),
            self._sinks,
            self._quarantine.keep,
        )

    def stock(self, seconds_left: Callable[[], float]) -> "Stock":
        """Return what takes the inventory of the region, as far as there is time."""
        from tidewaiter.live.stock import Stock  # of the three functions one needs it

        return Stock(self._memory, lambda: self._parts, seconds_left)

    @property
    def _parts(self) -> "Iterator[Part]":
        from tidewaiter_aws.inventory import parts

        return parts([self._listing])

    @cached_property
    def _listing(self) -> "Listing":
        from tidewaiter_aws.listing import Listing

        if self._given.region is None:
            raise Unavailable("no region is set whose inventory could be taken")
        return Listing(self._given.region)


def _expected(role: str | None) -> Iterator[Trusted]:
    """Our own inventory lists every repository, which is what attackers begin with."""
    if role is not None:
        yield Trusted(
            owner="tidewaiter",
            reason="its own inventory",
            principals=(role,),
            activities=(Activity.REGISTRY_LISTED, Activity.IMAGE_PULLED),
        )
