"""The words that mean the same on every cloud."""

from enum import StrEnum


class Activity(StrEnum):
    """What was done: the closed vocabulary that detectors match on."""

    # Images and what runs them: what detectors are about.
    IMAGE_PUSHED = "image.pushed"  # a manifest was put into a registry (a retag is one, too)
    IMAGE_PULLED = "image.pulled"
    IMAGE_COPIED = "image.copied"  # content came from another registry, region, account or project
    IMAGE_CREATED = "image.created"  # a machine image was created, registered, captured, imported
    IMAGE_SHARED = "image.shared"  # others were allowed to use it; see Event.grants
    IMAGE_UNSHARED = "image.unshared"
    IMAGE_DELETED = "image.deleted"
    IMAGE_UNTAGGED = "image.untagged"
    IMAGE_BUILT = "image.built"  # by a registry's own build service or a docker daemon
    IMAGE_SCANNED = "image.scanned"  # for vulnerabilities; see Event.report
    IMAGE_CHANGED = "image.changed"  # its state, place or description, not its content
    LAYER_UPLOADED = "layer.uploaded"
    REGISTRY_LOGIN = "registry.login"
    REGISTRY_LISTED = "registry.listed"  # a catalogue, repositories, tags or machine images
    REGISTRY_CHANGED = "registry.changed"  # repository or registry created, deleted, reconfigured
    WORKLOAD_DEFINED = "workload.defined"  # a task definition or template that names an image
    WORKLOAD_DEPLOYED = "workload.deployed"  # something starts to run an image

    # What else befalls a virtual machine, service or pod.
    WORKLOAD_STARTED = "workload.started"  # one that was there already
    WORKLOAD_STOPPED = "workload.stopped"
    WORKLOAD_DELETED = "workload.deleted"  # or terminated
    WORKLOAD_CHANGED = "workload.changed"  # rebooted, resized, reconfigured

    # Buckets, containers of blobs, and the objects in them.
    BUCKET_CREATED = "bucket.created"
    BUCKET_CHANGED = "bucket.changed"  # its configuration
    BUCKET_DELETED = "bucket.deleted"
    BUCKET_LISTED = "bucket.listed"  # buckets, what is in one, or how one is configured
    OBJECT_READ = "object.read"
    OBJECT_WRITTEN = "object.written"
    OBJECT_DELETED = "object.deleted"
    STORAGE_SHARED = "storage.shared"  # access to a bucket or object was set; see Event.grants

    MONITORING_CHANGED = "monitoring.changed"  # a log, feed or alarm that tells us; see changes

    TRAFFIC_FLOWED = "traffic.flowed"  # or was refused; see Event.flow

    IDENTITY_SIGNED_IN = "identity.signed_in"  # a person or an application, into the cloud
    IDENTITY_ASSUMED = "identity.assumed"  # a session as a role or service account was given out
    IDENTITY_CHANGED = "identity.changed"  # users, groups, roles, keys, MFA, identity providers

    FINDING_REPORTED = "finding.reported"  # another product's detection; see Event.report

    # Every other call of a cloud's API.
    RESOURCE_CREATED = "resource.created"
    RESOURCE_READ = "resource.read"
    RESOURCE_CHANGED = "resource.changed"
    RESOURCE_DELETED = "resource.deleted"
    RESOURCE_USED = "resource.used"  # anything else that is done with one


WATCHED = frozenset(
    activity
    for activity in Activity
    if activity.startswith(("image.", "layer.", "registry."))
    or activity
    in {Activity.WORKLOAD_DEFINED, Activity.WORKLOAD_DEPLOYED, Activity.MONITORING_CHANGED}
)
"""The activities that detectors and their memory are about."""

PUTS = frozenset({Activity.IMAGE_PUSHED, Activity.IMAGE_COPIED})
"""By these an image comes into a registry, whoever fetched or brought it."""


class Outcome(StrEnum):
    """How it ended.  Failed calls are kept, and never count as done."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"  # the first record of a long operation: another one tells how it ended


class PrincipalKind(StrEnum):
    """Who acts, as far as a log can tell."""

    HUMAN = "human"
    PIPELINE = "pipeline"
    SERVICE = "service"


class Zone(StrEnum):
    """Where an address is, as far as it and the operator's settings tell."""

    EXTERNAL = "external"  # anywhere on the internet
    INTERNAL = "internal"  # where nobody outside can send from: private, carrier, link-local
    TRUSTED = "trusted"  # the operator's own: [networks] trusted
    CLOUD_SERVICE = "cloud service"  # a provider names itself: the client behind it is hidden
    UNKNOWN = "unknown"  # what stands there is neither an address nor a service's name


class Severity(StrEnum):
    """How bad it is if it is true."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info ... 4 for critical."""
        return _RANKS[self]

    def step(self, steps: int) -> "Severity":
        """Return the severity that many steps higher (or lower), within the scale."""
        return _SCALE[max(0, min(self.rank + steps, len(_SCALE) - 1))]


_SCALE = tuple(Severity)
_RANKS = {severity: rank for rank, severity in enumerate(_SCALE)}


class Dataset(StrEnum):
    """The four datasets of Splunk's Cloud Infrastructure Data Model."""

    COMPUTE = "Compute"
    STORAGE = "Storage"
    TRAFFIC = "Traffic"
    AUTHENTICATION = "Authentication"


_OF_COMPUTE = ("image.", "layer.", "registry.", "workload.")
_OF_STORAGE = ("bucket.", "object.", "storage.")


def dataset_of(activity: Activity) -> Dataset | None:
    """Return the dataset an activity belongs to; ``None`` where Splunk's model has none for it.

    A registry login is authentication; the listing of a registry is work with images.
    """
    if activity is Activity.REGISTRY_LOGIN or activity.startswith("identity."):
        return Dataset.AUTHENTICATION
    if activity.startswith(_OF_COMPUTE):
        return Dataset.COMPUTE
    if activity.startswith(_OF_STORAGE):
        return Dataset.STORAGE
    return Dataset.TRAFFIC if activity is Activity.TRAFFIC_FLOWED else None
