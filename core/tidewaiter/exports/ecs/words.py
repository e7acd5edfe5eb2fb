"""ECS's own words for what was done: https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference.

Each type is one that ECS expects with the category beside it.
"""

from tidewaiter.model import Activity, Outcome

Words = tuple[tuple[str, ...], tuple[str, ...]]  # categories, types

# What is done through the API of a cloud, a registry or a cluster is an API call first of all.
_CREATED: Words = (("api",), ("creation",))
_READ: Words = (("api",), ("access",))
_CHANGED: Words = (("api",), ("change",))
_DELETED: Words = (("api",), ("deletion",))
_SHARED: Words = (("api", "configuration"), ("change",))
_SIGNED_IN: Words = (("authentication",), ("start",))

WORDS: dict[Activity, Words] = {
    Activity.IMAGE_PUSHED: _CREATED,
    Activity.IMAGE_PULLED: _READ,
    Activity.IMAGE_COPIED: _CREATED,
    Activity.IMAGE_CREATED: _CREATED,
    Activity.IMAGE_SHARED: _SHARED,
    Activity.IMAGE_UNSHARED: _SHARED,
    Activity.IMAGE_DELETED: _DELETED,
    Activity.IMAGE_UNTAGGED: _CHANGED,
    Activity.IMAGE_BUILT: _CREATED,
    Activity.IMAGE_SCANNED: (("vulnerability",), ("info",)),
    Activity.IMAGE_CHANGED: _CHANGED,
    Activity.LAYER_UPLOADED: _CREATED,
    Activity.REGISTRY_LOGIN: _SIGNED_IN,
    Activity.REGISTRY_LISTED: _READ,
    Activity.REGISTRY_CHANGED: (("api", "configuration"), ("change",)),
    Activity.WORKLOAD_DEFINED: (("api", "configuration"), ("creation",)),
    Activity.WORKLOAD_DEPLOYED: (("api", "host"), ("creation", "start")),
    Activity.WORKLOAD_STARTED: (("api", "host"), ("start",)),
    Activity.WORKLOAD_STOPPED: (("api", "host"), ("end",)),
    Activity.WORKLOAD_DELETED: (("api", "host"), ("deletion", "end")),
    Activity.WORKLOAD_CHANGED: (("api", "host"), ("change",)),
    Activity.BUCKET_CREATED: _CREATED,
    Activity.BUCKET_CHANGED: (("api", "configuration"), ("change",)),
    Activity.BUCKET_DELETED: _DELETED,
    Activity.BUCKET_LISTED: _READ,
    Activity.OBJECT_READ: (("api", "file"), ("access",)),
    Activity.OBJECT_WRITTEN: (("api", "file"), ("creation",)),
    Activity.OBJECT_DELETED: (("api", "file"), ("deletion",)),
    Activity.STORAGE_SHARED: _SHARED,
    Activity.TRAFFIC_FLOWED: (("network",), ("connection",)),
    Activity.IDENTITY_SIGNED_IN: _SIGNED_IN,
    Activity.IDENTITY_ASSUMED: (("authentication", "session"), ("start",)),
    Activity.IDENTITY_CHANGED: (("api", "iam"), ("admin", "change")),
    Activity.MONITORING_CHANGED: (("configuration",), ("change",)),
    Activity.FINDING_REPORTED: (("intrusion_detection",), ("info",)),
    Activity.RESOURCE_CREATED: _CREATED,
    Activity.RESOURCE_READ: _READ,
    Activity.RESOURCE_CHANGED: _CHANGED,
    Activity.RESOURCE_DELETED: _DELETED,
    Activity.RESOURCE_USED: (("api",), ("info",)),
}

OUTCOMES = {
    Outcome.SUCCESS: "success",
    Outcome.FAILURE: "failure",
    Outcome.PENDING: "unknown",  # ECS has no word for what has not ended
}
DECISIONS = {"accept": "allowed", "reject": "denied"}
