"""Every detector there is.  To add one: write its file, import it here and name it in
``DETECTORS``.
"""

from tidewaiter.detectors import (
    blinded,
    denied_image_work,
    external_source,
    image_imported,
    image_removed,
    image_shared,
    image_uploaded,
    layers_appended,
    machine_image_created,
    pulled_then_pushed,
    pushed_outside_hours,
    pushed_outside_pipeline,
    registry_enumerated,
    registry_guard_weakened,
    suspicious_image_deployed,
    tag_moved,
    two_agents_one_credential,
    unfamiliar_image_deployed,
    unfamiliar_pusher,
    unusual_location,
    vulnerable_image,
)
from tidewaiter.detectors.interface import Detector

DETECTORS: tuple[Detector, ...] = (
    tag_moved.DETECTOR,
    layers_appended.DETECTOR,
    unfamiliar_pusher.DETECTOR,
    pushed_outside_pipeline.DETECTOR,
    pulled_then_pushed.DETECTOR,
    two_agents_one_credential.DETECTOR,
    registry_enumerated.DETECTOR,
    denied_image_work.DETECTOR,
    image_uploaded.DETECTOR,
    unusual_location.DETECTOR,
    pushed_outside_hours.DETECTOR,
    external_source.DETECTOR,
    machine_image_created.DETECTOR,
    image_imported.DETECTOR,
    image_shared.DETECTOR,
    registry_guard_weakened.DETECTOR,
    blinded.DETECTOR,
    suspicious_image_deployed.DETECTOR,
    image_removed.DETECTOR,
    unfamiliar_image_deployed.DETECTOR,
    vulnerable_image.DETECTOR,
)

__all__ = ["DETECTORS", "Detector"]
