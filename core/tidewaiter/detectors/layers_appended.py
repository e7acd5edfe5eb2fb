"""An image is one that we already have, with a little more on top.

The Cloud Container Attack Tool builds its backdoor ``FROM`` the victim's own image: all layers of
a known image of the repository, in the same order, plus one or two that install and start the
backdoor.  A normal build replaces layers in the middle instead.  The manifest in the log is enough
to tell; nothing has to be pulled.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import not_known
from tidewaiter.detectors.interface import SETTLE, Claim, Detector, Seen
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import NOBODY, Activity, Event, Image, Severity
from tidewaiter.tags import pattern
from tidewaiter.topics import pushers
from tidewaiter.wording import short_digest

_MOST = 8  # more layers than this on top of a known image is a product built on a base
_ONE_BUILD = timedelta(hours=1)  # stages of one build are pushed within this
_AGAIN = 2  # a pair of tags made so often before is a habit
_HABITS = timedelta(days=30)


def _chains(image: Image) -> list[str]:
    """Name the first k layers of ``image`` for k = n, n-1, ... n-8 (at least one layer), longest
    first.
    """
    digest = hashlib.sha256()
    names: list[str] = []
    for layer in image.layers:
        digest.update(f"{layer.digest}\n".encode("utf-8", "surrogatepass"))
        names.append(digest.hexdigest()[:24])
    return names[::-1][: _MOST + 1]


def _layered(home: str, chain: str) -> str:
    """The images of a repository that consist of exactly these layers; the note is tag pattern and
    pusher.
    """
    return f"layers {home} {chain}"


def _builds(home: str) -> str:
    """The images of a repository of which the layers are known; the note is pattern, pusher and
    chains.
    """
    return f"builds {home}"


def _of_interest(event: Event) -> Iterable[tuple[str, Image]]:
    if event.activity is Activity.IMAGE_PUSHED:
        for image in event.images:
            if image.home and image.digest and image.layers and image.runnable:
                yield image.home, image


def facts(event: Event) -> Iterable[Point]:
    """Remember the image by its layers."""
    who = event.actor_id
    for home, image in _of_interest(event):
        chains = _chains(image)
        note = f"{pattern(image.tag)} {who}"
        digest = image.digest or ""
        yield Point(_layered(home, chains[0]), digest, event.time, event.act, note)
        yield Point(_builds(home), digest, event.time, event.act, f"{' '.join(chains)}\n{note}")


def revisits(event: Event) -> Iterable[str]:
    """Images pushed later may consist of this one and more."""
    return [_builds(home) for home, _ in _of_interest(event)]


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find the largest known image that this one begins with."""
    for home, image in _of_interest(event):
        for added, chain in enumerate(_chains(image)[1:], start=1):
            parents = [p for p in seen.before(_layered(home, chain)) if p.value != image.digest]
            if parents:
                yield from _appended(event, seen, image, parents, added)
                break


def _appended(
    event: Event, seen: Seen, image: Image, parents: Sequence[Point], added: int
) -> Iterable[Claim]:
    home = image.home or ""
    if _is_retag(seen, home, image) or _is_habit(event, seen, image, parents):
        return
    parent = parents[-1]
    sizes = [layer.size for layer in image.layers[-added:]]
    size = f" ({', '.join(_bytes(one) for one in sizes if one is not None)})" if any(sizes) else ""
    one_build = _is_one_build(event, parents, image)
    yield Claim(
        image=image,
        reason=(
            f"the same {len(image.layers) - added} layers as {short_digest(parent.value)} "
            f"plus {added} more{size}"
        ),
        confidence=Confidence.LOW if one_build or _is_usual(event, seen, home, parents) else None,
        held=not_known(home, seen) if one_build else None,
        previous=parent.value,
    )


def _is_retag(seen: Seen, home: str, image: Image) -> bool:
    """The same image got one more tag: it was judged when it came."""
    known = seen.before(_layered(home, _chains(image)[0]))
    return any(point.value == image.digest for point in known)


def _is_usual(event: Event, seen: Seen, home: str, parents: Sequence[Point]) -> bool:
    """A known pusher of the repository, or who alone ever pushed what is below, may have added a
    line at the end of the recipe.
    """
    who = event.actor_id
    own = who != NOBODY and all(point.note.partition(" ")[2] == who for point in parents)
    return own or any(point.value == who for point in seen.aged(pushers(home)))


def _is_one_build(event: Event, parents: Sequence[Point], image: Image) -> bool:
    """A stage or cache: its pusher pushed the parent moments ago, under a tag of another pattern,
    and nobody else did.
    """
    who = event.actor_id
    mine = pattern(image.tag)
    for point in parents:
        tag, _, pusher = point.note.partition(" ")
        if pusher != who or tag == mine or event.time - point.time > _ONE_BUILD:
            return False
    return True


def _is_habit(event: Event, seen: Seen, image: Image, parents: Sequence[Point]) -> bool:
    """Whether the pusher made such a child of such a parent again and again: base and product,
    stage, cache.
    """
    who = event.actor_id
    above = {point.note.partition(" ")[0] for point in parents}
    mine = pattern(image.tag)
    habits = 0
    longest: dict[str, tuple[str, str]] = {}
    for point in seen.before(_builds(image.home or ""), _HABITS):
        if point.time > event.time - SETTLE:
            break
        chains, _, note = point.note.partition("\n")
        tag, _, pusher = note.partition(" ")
        names = chains.split(" ")
        bases = {longest[name] for name in names[1:] if name in longest}
        if tag == mine and pusher == who:
            habits += any(base in above and base != mine for base, _ in bases)
        longest[names[0]] = (tag, pusher)
    return habits >= _AGAIN


def _bytes(size: int) -> str:
    """Return ``size`` as people say it.

    >>> _bytes(412), _bytes(32_500_000)
    ('412 B', '32.5 MB')
    """
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"


DETECTOR = Detector(
    id="layers-appended",
    title="A known image of the repository with layers appended",
    headline="{image} is a known image with something added",
    techniques=("T1525",),
    providers=frozenset({"aws"}),
    needs=frozenset({Evidence.LAYERS}),
    judges=frozenset({Activity.IMAGE_PUSHED}),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    false_positives=(
        "Somebody added a step at the end of the recipe; the cache supplied all earlier layers.",
        "A pipeline began to push a base or stage of its product under a tag of its own.",
        "A person built on the product's image to try something, and pushed it there.",
    ),
    blind_spots=(
        "Only ECR logs the layers: others need a look into the registry.",
        "An attacker who pads the manifest until the log leaves it out, or squashes the layers.",
        "An implant that replaces a layer, or changes nothing but the image's configuration.",
        "An image whose original was never seen in the log, or lies in another repository.",
    ),
    steps=(
        "Look into the last layers of {image} (docker history): {previous} lacks them.",
        "Stop deployments of {image}, and roll back to {previous}.",
        "Ask {principal} what was added.",
    ),
    quiet_if="{principal} added a build step to {home} that day.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://github.com/RhinoSecurityLabs/ccat",
        "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
)
