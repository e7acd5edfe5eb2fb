"""Every detector there is.  To add one: write its file, import it here and name it in
``DETECTORS``.
"""

from tidewaiter.detectors import (
    image_shared,
    layers_appended,
    machine_image_created,
    suspicious_image_deployed,
    tag_moved,
    two_agents_one_credential,
    unfamiliar_pusher,
)
from tidewaiter.detectors.interface import Detector

DETECTORS: tuple[Detector, ...] = (
    tag_moved.DETECTOR,
    layers_appended.DETECTOR,
    unfamiliar_pusher.DETECTOR,
    two_agents_one_credential.DETECTOR,
    machine_image_created.DETECTOR,
    image_shared.DETECTOR,
    suspicious_image_deployed.DETECTOR,
)

__all__ = ["DETECTORS", "Detector"]
