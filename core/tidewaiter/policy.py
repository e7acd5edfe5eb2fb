"""What the operator says of findings: which detectors are off, how grave, and what is expected.

Whatever is expected is held back, never dropped: it is counted, kept and listed with the reason.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from tidewaiter.addresses import parse_address
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.model import Client, Event, Severity, Zone
from tidewaiter.patterns import fits
from tidewaiter.settings import Settings, SettingsError, Trusted
from tidewaiter.settings.values import networks


class Policy:
    """Applies one operator's settings to what ``detectors`` claim."""

    def __init__(
        self, settings: Settings, detectors: Sequence[Detector], *, all_known: bool = True
    ) -> None:
        """Raises :class:`SettingsError` if the settings name a detector that there is not; unless
        some could not be loaded, and it may be one of them.
        """
        known = {detector.id for detector in detectors}
        for key, name in _named(settings):
            if all_known and name not in known:
                raise SettingsError(f"{key}: no detector has this id: {name!r}")
        self._settings = settings
        self.detectors = tuple(one for one in detectors if settings.tuning(one.id).enabled)

    def applied(self, detector: Detector, claim: Claim, event: Event, seen: Seen) -> Claim:
        """Return ``claim`` with the operator's severity, and held back if it is expected."""
        client = seen.client()
        severity = self._severity(detector, claim, client)
        held = claim.held or next(self._expected(detector, claim, event, client), None)
        if (severity, held) == (claim.severity, claim.held):
            return claim
        return replace(claim, severity=severity, held=held)

    def _severity(self, detector: Detector, claim: Claim, client: Client | None) -> Severity | None:
        """Where networks are trusted, low becomes medium for work from anywhere outside; unless
        the detector tells of use, or judges the place itself.
        """
        tuned = self._settings.tuning(detector.id).severity
        if tuned is not None:
            return tuned
        outside = client is not None and client.zone is Zone.EXTERNAL
        low = (claim.severity or detector.severity) is Severity.LOW
        told = detector.tells_of_use or detector.judges_place
        if low and outside and self._settings.networks.trusted and not told:
            return Severity.MEDIUM
        return claim.severity

    def _expected(
        self, detector: Detector, claim: Claim, event: Event, client: Client | None
    ) -> Iterator[str]:
        for entry in self._settings.trusted:
            if _covers(entry, detector, claim, event, client):
                yield f"trusted: {entry.reason} ({entry.owner})"


def _named(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in settings.detectors:
        yield f"detectors.{name}", name
    for place, entry in enumerate(settings.trusted):
        for name in entry.detectors:
            yield f"trusted[{place}].detectors", name


def _covers(
    entry: Trusted, detector: Detector, claim: Claim, event: Event, client: Client | None
) -> bool:
    """Whether all that the entry says fits; what the log does not tell fits nothing."""
    return (
        (entry.until is None or event.time.date() <= entry.until)
        and (not entry.detectors or detector.id in entry.detectors)
        and (not entry.activities or fits(event.activity, entry.activities))
        and (not entry.principals or _any(_principal_names(event), entry.principals))
        and (not entry.repositories or _any(_image_names(claim, event), entry.repositories))
        and (not entry.networks or _is_within(client, entry.networks))
    )


def _any(names: Iterable[str | None], patterns: tuple[str, ...]) -> bool:
    return any(fits(name, patterns) for name in names)


def _principal_names(event: Event) -> Iterator[str | None]:
    if event.principal:
        yield event.principal.id
        yield event.principal.name


def _image_names(claim: Claim, event: Event) -> Iterator[str | None]:
    """Of the image that the claim is about, or else of those of the event."""
    for image in (claim.image,) if claim.image else event.images:
        yield image.home
        yield image.repository
        yield image.machine_image
        yield image.name


def _is_within(client: Client | None, texts: tuple[str, ...]) -> bool:
    address = parse_address(client.address) if client and client.address else None
    return address is not None and any(address in one for one in networks(texts, "trusted"))
