"""Splunk's words for what was done, and by which tags its model finds a dataset."""

from tidewaiter.model import Activity, Dataset, Outcome

# Get, put, run, start, stop, terminate and create are the model's; the others are none of these.
ACTIONS: dict[Activity, str] = {
    Activity.IMAGE_PUSHED: "put",
    Activity.IMAGE_PULLED: "get",
    Activity.IMAGE_COPIED: "put",
    Activity.IMAGE_CREATED: "create",
    Activity.IMAGE_SHARED: "share",
    Activity.IMAGE_UNSHARED: "unshare",
    Activity.IMAGE_DELETED: "delete",
    Activity.IMAGE_UNTAGGED: "untag",
    Activity.IMAGE_BUILT: "build",
    Activity.IMAGE_SCANNED: "scan",
    Activity.IMAGE_CHANGED: "update",
    Activity.LAYER_UPLOADED: "put",
    Activity.REGISTRY_LISTED: "list",
    Activity.REGISTRY_CHANGED: "update",
    Activity.WORKLOAD_DEFINED: "create",
    Activity.WORKLOAD_DEPLOYED: "run",
    Activity.WORKLOAD_STARTED: "start",
    Activity.WORKLOAD_STOPPED: "stop",
    Activity.WORKLOAD_DELETED: "terminate",
    Activity.WORKLOAD_CHANGED: "update",
    Activity.BUCKET_CREATED: "create",
    Activity.BUCKET_CHANGED: "update",
    Activity.BUCKET_DELETED: "delete",
    Activity.BUCKET_LISTED: "list",
    Activity.OBJECT_READ: "get",
    Activity.OBJECT_WRITTEN: "put",
    Activity.OBJECT_DELETED: "delete",
    Activity.STORAGE_SHARED: "share",
    Activity.MONITORING_CHANGED: "update",
    Activity.FINDING_REPORTED: "report",
    Activity.RESOURCE_CREATED: "create",
    Activity.RESOURCE_READ: "get",
    Activity.RESOURCE_CHANGED: "update",
    Activity.RESOURCE_DELETED: "delete",
    Activity.RESOURCE_USED: "use",
}

# What takes the place of an action in Authentication and in Traffic.
ENDINGS = {Outcome.SUCCESS: "success", Outcome.FAILURE: "failure", Outcome.PENDING: "pending"}
DECISIONS = {"accept": "ACCEPT", "reject": "REJECT"}

TAGS: dict[Dataset, tuple[str, ...]] = {
    Dataset.COMPUTE: ("compute",),
    Dataset.STORAGE: ("storage",),
    Dataset.TRAFFIC: ("network", "traffic"),
    Dataset.AUTHENTICATION: ("authentication",),
}

VENDORS = {
    "aws": "Amazon Web Services",
    "azure": "Microsoft Azure",
    "gcp": "Google Cloud Platform",
    "kubernetes": "Kubernetes",
}
