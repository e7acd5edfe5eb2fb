"""One log record, normalised."""

import hashlib
from datetime import datetime

from msgspec import Struct

from tidewaiter.model.actors import NOBODY, Client, Credential, Principal
from tidewaiter.model.images import Change, Grant, Image, Workload
from tidewaiter.model.parts import Flow, Report, Session, Stored
from tidewaiter.model.services import Category, category_of
from tidewaiter.model.vocabulary import Activity, Dataset, Outcome, dataset_of


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One log record, normalised.

    Equal acts are, for example, the first and the last record of a long operation, and the copies
    in two trails.
    """

    id: str  # the record's own, stable over redeliveries
    act: str  # the operation's: equal in every record that tells of the same operation
    time: datetime  # when it happened, in UTC
    provider: str  # aws, azure, gcp, registry, kubernetes
    source: str  # the reader's name
    activity: Activity  # what was done, in the closed vocabulary
    operation: str  # the vendor's verb, verbatim
    outcome: Outcome = Outcome.SUCCESS  # how it ended
    error: str | None = None  # why it failed, in the vendor's words
    service: str | None = None  # the vendor's name of the service: ecr.amazonaws.com
    account: str | None = None  # AWS account, Azure subscription, Google project
    region: str | None = None  # where it happened, in the vendor's word
    principal: Principal | None = None  # who acted
    credential: Credential | None = None  # with what
    client: Client | None = None  # from where, by what program
    images: tuple[Image, ...] = ()  # what it was about
    origin: Image | None = None  # of a copy or creation: what it was made from
    grants: tuple[Grant, ...] = ()  # to whom something was opened or closed
    changes: tuple[Change, ...] = ()  # settings that guard images, or by which we see
    workload: Workload | None = None  # what runs the images, or could
    target: str | None = None  # what else it was about, verbatim: an ARN, a resource's name or id
    stored: Stored | None = None  # a bucket or object
    flow: Flow | None = None  # network traffic
    session: Session | None = None  # what an authentication led to
    report: Report | None = None  # what another product found
    awaits: str | None = None  # a feed that hides the actor: the log that would tell, in words

    @property
    def actor_id(self) -> str:
        """The stable id of the principal, or what stands for one that is not told."""
        return self.principal.id if self.principal else NOBODY

    @property
    def workload_label(self) -> str:
        """What starts to run, or else the verb that started it."""
        return self.workload.label if self.workload else self.operation

    @property
    def dataset(self) -> Dataset | None:
        """The dataset of Splunk's model that it belongs to, if any."""
        return dataset_of(self.activity)

    @property
    def category(self) -> Category | None:
        """What kind of service it was asked of; ``None`` where nothing tells."""
        return category_of(self.activity, self.service)

    @property
    def done(self) -> bool:
        """Whether it is known to have succeeded."""
        return self.outcome is Outcome.SUCCESS


def short_hash(*parts: str | None) -> str:
    """Return 16 hexadecimal digits that name ``parts``, unambiguously joined."""
    text = "\x1f".join(part or "" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
