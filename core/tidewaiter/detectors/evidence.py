"""What a detector needs logs to tell; ``tidewaiter coverage`` says which logs tell it."""

from enum import StrEnum


class Evidence(StrEnum):
    """One kind of fact, in words that complete "no log tells ..."."""

    PUSHES = "what is pushed"
    PUSHERS = "who pushes"
    LAYERS = "the layers of what is pushed"
    CLIENTS = "with which client a credential works on registries"
    READS = "pulls and listings"
    MACHINE_IMAGES = "how machine images come about"
    SHARES = "with whom images are shared"
    DEPLOYMENTS = "what runs"
    SCANS = "what scanners find in images"
    SETTINGS = "who changes what guards images, or tells of them"
