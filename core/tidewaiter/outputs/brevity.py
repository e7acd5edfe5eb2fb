"""Short names for long things, the same throughout one story, and never two things by one name."""

import re
from collections.abc import Iterable
from itertools import pairwise

from tidewaiter.findings import Incident, Moment
from tidewaiter.outputs.escape import visible

# In full, or as tidewaiter.wording writes them.
_DIGEST = re.compile(r"sha256:([0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-f])")
_DIGITS, _CUT = 8, 12
_LONGEST = 400  # characters of one sentence; user agents and names can be as long as a log allows


class Brevity:
    """What may be shortened in one story.

    Digests are cut to eight digits, or to as many as tell them apart: somebody who wants his image
    to pass for another can try until eight digits agree.  The registry's host is left out where
    there is one only.
    """

    def __init__(self, texts: Iterable[str], registries: Iterable[str | None] = ()) -> None:
        digests = {found for text in texts for found in _DIGEST.findall(text) if len(found) > _CUT}
        self._digits = _telling(digests)
        hosts = set(registries)
        self.registry = hosts.pop() if len(hosts) == 1 else None

    def __call__(self, text: str) -> str:
        """Return ``text`` shortened, and safe to show."""
        if self.registry:
            text = re.sub(rf"(?<![^\s'\"(]){re.escape(self.registry)}/", "", text)
        digits = self._digits
        text = _DIGEST.sub(lambda found: f"sha256:{found[1][:digits]}…", text)
        return visible(text, limit=_LONGEST)


def of_incident(incident: Incident) -> Brevity:
    """Return the brevity of everything that ``incident`` tells."""
    texts = [
        incident.title,
        *(moment.summary for moment in incident.timeline),
        *(finding.reason for finding in incident.findings),
        *(image.reference for image in incident.images),
        *incident.next_steps,
        *incident.quiet_if,
    ]
    hosts = (image.registry for image in incident.images if not image.machine_image_id)
    return Brevity(texts, hosts)


def of_timeline(subject: str, timeline: Iterable[Moment]) -> Brevity:
    """Return the brevity of a history."""
    return Brevity([subject, *(moment.summary for moment in timeline)])


def _telling(digests: set[str]) -> int:
    """How many digits tell all ``digests`` apart."""
    alike = 0
    for one, other in pairwise(sorted(digests)):
        common = next(at for at in range(len(one)) if one[at] != other[at])
        alike = max(alike, common + 1)
    return max(_DIGITS, alike)
