"""Images named by a pod template, wherever it hangs in an object.

A pod, a deployment, a job, a cron job, a Cloud Run service (v1 is Knative's shape, v2 Google's own)
differ only in the path to the containers:
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
"""

from __future__ import annotations

from msgspec import Struct, field

from tidewaiter.model import Image
from tidewaiter.references import parse_reference


class Container(Struct):
    """One container; a patch may name it without its image."""

    image: str | None = None


class Shape(Struct):
    """Anything that holds containers or a template of something that does."""

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
    waiting = [shape] if shape else []
    while waiting:  # no recursion: how deep an object nests is its writer's choice
        here = waiting.pop()
        for group in (here.init, here.containers, here.ephemeral):
            found.extend(each.image for each in group or () if each.image)
        waiting.extend(reversed(here.below))
    return tuple(parse_reference(text) for text in dict.fromkeys(found))
