"""A detector's claim about one event, and what joins it to others in an incident."""

from datetime import datetime
from functools import cached_property

from tidewaiter.detectors.interface import Claim, Detector, weight
from tidewaiter.findings import Confidence, Finding
from tidewaiter.model import Activity, Event, Image, Severity, short_hash

_READING = frozenset({Activity.IMAGE_PULLED, Activity.REGISTRY_LISTED, Activity.REGISTRY_LOGIN})


class Accusation:
    """What ``detector`` claims about ``event``."""

    def __init__(self, event: Event, detector: Detector, claim: Claim, place: int = 0) -> None:
        self.event = event
        self.detector = detector
        self.claim = claim
        self._place = place

    def __eq__(self, other: object) -> bool:
        """Two are equal that say the same about the same act."""
        return isinstance(other, Accusation) and self.finding == other.finding

    def __hash__(self) -> int:
        return hash(self.finding)

    @property
    def time(self) -> datetime:
        """When the act happened."""
        return self.event.time

    @property
    def order(self) -> tuple[datetime, str, int, str]:
        """Findings are told in this order: those about one act as the detectors are registered."""
        return (self.event.time, self.event.act, self._place, self.finding.id)

    @property
    def image(self) -> Image | None:
        """The image that it is about; ``None`` where it is about a credential alone."""
        if self.claim.image is not None:
            return self.claim.image
        # Whoever reads an image with a stolen key does not make it suspicious: it is what will be
        # rolled back to.  Nor does what was refused.
        if not self.event.images or self.event.activity in _READING or not self.event.done:
            return None
        first = self.event.images[0]
        return first if first.key or first.tag else None

    @property
    def image_key(self) -> str | None:
        """The incident's key, if an image is known."""
        return self.image.key if self.image else None

    @property
    def actor(self) -> str | None:
        """The principal whose findings of a day belong together: no pipeline, and nobody who only
        deploys.
        """
        return None if self.pipeline else self._implanter

    @property
    def pipeline(self) -> str | None:
        """The pipeline that did it: its findings are related, and never fused."""
        principal = self.event.principal
        is_pipeline = principal is not None and principal.is_pipeline
        return self._implanter if is_pipeline else None

    @property
    def _implanter(self) -> str | None:
        """Information joins the story of its image, and nobody's day."""
        principal = self.event.principal
        silent = self.detector.tells_of_use or self.weight is Severity.INFO
        return None if principal is None or silent else principal.id

    @property
    def newcomer(self) -> str | None:
        """Who is new that day; only for findings about principal and repository."""
        if not self.detector.per_day or self.event.principal is None:
            return None
        return f"new {self.event.principal.id} {self.event.time.date()}"

    @property
    def story(self) -> str | None:
        """What others say of the same, about whichever image."""
        return f"story {self.claim.story.name}" if self.claim.story else None

    @property
    def accompanies(self) -> bool:
        """Whether it is told only where something else is said of the same act."""
        return self.detector.accompanies and self.weight is Severity.INFO

    @property
    def identity(self) -> str:
        """What an incident of this finding alone is named by."""
        if self.image_key:
            return self.image_key
        who = self.event.credential.id if self.event.credential else None
        who = who or (self.event.principal.id if self.event.principal else self.event.act)
        return f"{who} {self.event.time.date()}"

    @property
    def joins(self) -> list[str]:
        """The topics (see ``topics.finding``) under which others find this one."""
        found = [f"image {self.image_key}" if self.image_key else f"identity {self.identity}"]
        if self.actor:
            found.append(f"actor {self.actor}")
        if self.pipeline:
            found.append(f"pipeline {self.pipeline}")
        return found + [join for join in (self.newcomer, self.story) if join]

    @property
    def identities(self) -> list[str]:
        """Everything that may name the incident."""
        return [self.identity, *([self.newcomer] if self.newcomer else [])]

    @staticmethod
    def incident_id(identity: str) -> str:
        """The id of an incident that is named by ``identity``."""
        return f"inc-{short_hash(identity)}"

    @property
    def severity(self) -> Severity:
        """How bad it would be."""
        return self.claim.severity or self.detector.severity

    @property
    def confidence(self) -> Confidence:
        """How likely it is."""
        return self.claim.confidence or self.detector.confidence

    @property
    def weight(self) -> Severity:
        """The severity that counts."""
        return weight(self.detector, self.claim)

    @cached_property
    def finding(self) -> Finding:
        """The finding; its id is a hash of detector, subject and act."""
        event = self.event
        return Finding(
            id=f"fnd-{short_hash(self.detector.id, self.identity, self.claim.subject, event.act)}",
            detector=self.detector.id,
            severity=self.severity,
            confidence=self.confidence,
            reason=self.claim.reason,
            event_id=event.id,
            time=event.time,
            provider=event.provider,
            region=event.region,
        )
