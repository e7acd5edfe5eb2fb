"""The sections of ``tidewaiter.toml``, each as one value; the defaults work."""

from datetime import date

from msgspec import Struct

from tidewaiter.model import Severity


class SettingsError(ValueError):
    """The settings cannot be used; the message is for the person who wrote them."""


class Organization(Struct, frozen=True, forbid_unknown_fields=True):
    """Accounts, tenants, projects and registries that belong to us."""

    aws_accounts: tuple[str, ...] = ()
    aws_organizations: tuple[str, ...] = ()
    azure_tenants: tuple[str, ...] = ()
    azure_subscriptions: tuple[str, ...] = ()
    gcp_projects: tuple[str, ...] = ()
    gcp_organizations: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()


class Networks(Struct, frozen=True, forbid_unknown_fields=True):
    """Where our own people and machines come from: addresses or networks (203.0.113.0/24)."""

    trusted: tuple[str, ...] = ()


class Geolocation(Struct, frozen=True, forbid_unknown_fields=True):
    """Files in MaxMind's format (.mmdb) that tell country and autonomous system of an address.

    Paths are relative to the settings.  One file may serve as both.  ``deny`` are countries (ISO
    3166-1 alpha-2) that nobody of ours works from.
    """

    country: str | None = None
    asn: str | None = None
    deny: tuple[str, ...] = ()


class FlowLogs(Struct, frozen=True, forbid_unknown_fields=True):
    """Formats of AWS's flow logs as AWS was told them: ``${srcaddr} ${dstaddr} ${start} ...``.

    They are needed where rows come without a header, as in CloudWatch Logs; the default is known.
    """

    formats: tuple[str, ...] = ()


class Registries(Struct, frozen=True, forbid_unknown_fields=True):
    """Registries of others that we rely on, as patterns (``docker.io/library/*``).

    Content of ``mirrors`` may be copied in; images of ``declared`` may be run.
    """

    mirrors: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()


class Pipelines(Struct, frozen=True, forbid_unknown_fields=True):
    """Principals that build and deploy, as patterns, where their names do not tell."""

    principals: tuple[str, ...] = ()


class Hours(Struct, frozen=True, forbid_unknown_fields=True):
    """When people push: days (``mon``), from and until (``07:00``), in a time zone by its name.

    Without ``zone`` the time of day means nothing.
    """

    zone: str | None = None
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    start: str = "07:00"
    end: str = "19:00"


class Learning(Struct, frozen=True, forbid_unknown_fields=True):
    """A repository is known after pushes on so many different days."""

    days: int = 5


class Notify(Struct, frozen=True, forbid_unknown_fields=True):
    """Incidents at this severity, or above, are sent.

    ``machines`` is the same for what programs read: they are told of every change.
    """

    at: Severity = Severity.HIGH
    machines: Severity = Severity.LOW


class Trusted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Work that is expected: findings about it are held back, counted and listed.

    All that is given must fit; patterns are as in ``arn:aws:iam::*:role/ci-*``, without regard to
    case.  ``until`` is the last day (UTC) on which it holds.
    """

    owner: str
    reason: str
    principals: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()  # or machine images, by name or id
    networks: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    until: date | None = None


class Tuning(Struct, frozen=True, forbid_unknown_fields=True):
    """What is different for one detector; what is not given stays as it is."""

    enabled: bool = True
    severity: Severity | None = None
    window: str | None = None  # 90m, 6h, 2d
    threshold: int | None = None


class Plugins(Struct, frozen=True, forbid_unknown_fields=True):
    """Detectors of the operator's own.

    ``folders`` are relative to the settings; each file in them has a ``DETECTOR``.
    ``entry_points`` are names in the group ``tidewaiter.detectors``.
    """

    folders: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that an operator can say; the defaults work."""

    organization: Organization = Organization()
    networks: Networks = Networks()
    geolocation: Geolocation = Geolocation()
    flow_logs: FlowLogs = FlowLogs()
    registries: Registries = Registries()
    pipelines: Pipelines = Pipelines()
    hours: Hours = Hours()
    learning: Learning = Learning()
    notify: Notify = Notify()
    trusted: tuple[Trusted, ...] = ()
    detectors: dict[str, Tuning] = {}
    plugins: Plugins = Plugins()

    def tuning(self, detector: str) -> Tuning:
        """What is different for the detector with this id."""
        return self.detectors.get(detector, _AS_IT_IS)


_AS_IT_IS = Tuning()
