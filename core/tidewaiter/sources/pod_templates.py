"""Images named by a pod template, wherever it hangs in an object.

A pod, a deployment, a job, a cron job, a Cloud Run service (v1 is Knative's shape, v2 Google's own)
differ only in the path to the containers:
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from tidewaiter.model import Image
from tidewaiter.references import parse_reference

BREAKING_GLASS = ("image-policy.k8s.io/break-glass", "alpha.image-policy.k8s.io/break-glass")
BREAKING_GLASS_FOR = "run.googleapis.com/binary-authorization-breakglass"


class Container(Struct):
    """One container; a patch may name it without its image."""

    image: str | None = None


class Marks(Struct):
    """What is written on an object, or on what its template makes."""

    labels: dict[str, str | None] | None = None
    annotations: dict[str, str | None] | None = None


class Admission(Struct):
    """How a service of Cloud Run is checked, the newer way."""

    why_not: str | None = field(name="breakglassJustification", default=None)


class Shape(Struct):
    """Anything that holds containers or a template of something that does."""

    metadata: Marks | None = None
    admission: Admission | None = field(name="binaryAuthorization", default=None)
    containers: list[Container] | None = None
    init: list[Container] | None = field(name="initContainers", default=None)
    ephemeral: list[Container] | None = field(name="ephemeralContainers", default=None)
    spec: Shape | None = None
    template: Shape | None = None
    job_template: Shape | None = field(name="jobTemplate", default=None)
    service: Shape | None = None
    job: Shape | None = None
    worker_pool: Shape | None = field(name="workerPool", default=None)

    @property
    def below(self) -> tuple[Shape, ...]:
        """The shapes right inside this one."""
        inner = (self.spec, self.template, self.job_template, self.service, self.job)
        return tuple(shape for shape in (*inner, self.worker_pool) if shape)


def images_in(shape: Shape | None) -> tuple[Image, ...]:
    """All images of all containers in order, each once."""
    found: list[str] = []
    for here in _shapes(shape):
        for group in (here.init, here.containers, here.ephemeral):
            found.extend(each.image for each in group or () if each.image)
    return tuple(parse_reference(text) for text in dict.fromkeys(found))


def breaks_glass(*shapes: Shape | None) -> bool:
    """Whether it is asked to run without a check by Binary Authorization.

    On a pod, by a label or an annotation, the older way or the newer:
    https://cloud.google.com/binary-authorization/docs/using-breakglass; on a service of Cloud Run
    by a reason: https://cloud.google.com/binary-authorization/docs/run/using-breakglass-cloud-run.
    """
    return any(_breaks_glass(here) for shape in shapes for here in _shapes(shape))


def _breaks_glass(here: Shape) -> bool:
    marks, admission = here.metadata or Marks(), here.admission or Admission()
    written = [texts for texts in (marks.labels, marks.annotations) if texts]
    asked = any(texts.get(name) == "true" for texts in written for name in BREAKING_GLASS)
    reasons = (admission.why_not, *(texts.get(BREAKING_GLASS_FOR) for texts in written))
    return asked or any(reasons)


def _shapes(shape: Shape | None) -> Iterator[Shape]:
    """Yield ``shape`` and all below it, in order."""
    waiting = [shape] if shape else []
    while waiting:  # no recursion: how deep an object nests is its writer's choice
        here = waiting.pop()
        yield here
        waiting.extend(reversed(here.below))
