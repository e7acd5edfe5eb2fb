"""Which class of OCSF an activity belongs to, and which activity it is there.

https://schema.ocsf.io/1.6.0/classes: API Activity, Authentication, Network Activity and Detection
Finding say all that we know; a closed choice, so that nobody has to look for one act in two tables.
"""

from msgspec import Struct

from tidewaiter.model import Activity, Event

CREATE, READ, UPDATE, DELETE, OTHER = 1, 2, 3, 4, 99


class Class(Struct, frozen=True, kw_only=True):
    """One class; ``activities`` are the captions of those that are used here."""

    uid: int
    name: str
    category_uid: int
    category_name: str
    activities: dict[int, str]


API = Class(
    uid=6003,
    name="API Activity",
    category_uid=6,
    category_name="Application Activity",
    activities={CREATE: "Create", READ: "Read", UPDATE: "Update", DELETE: "Delete"},
)
LOGON, ACCOUNT_SWITCH = 1, 7
AUTHENTICATION = Class(
    uid=3002,
    name="Authentication",
    category_uid=3,
    category_name="Identity & Access Management",
    activities={LOGON: "Logon", ACCOUNT_SWITCH: "Account Switch"},
)
REFUSE, TRAFFIC = 5, 6
REJECT = "reject"  # how Flow.action says so
NETWORK = Class(
    uid=4001,
    name="Network Activity",
    category_uid=4,
    category_name="Network Activity",
    activities={REFUSE: "Refuse", TRAFFIC: "Traffic"},
)
FOUND, CLOSED = 1, 3
FINDING = Class(
    uid=2004,
    name="Detection Finding",
    category_uid=2,
    category_name="Findings",
    activities={FOUND: "Create", CLOSED: "Close"},
)

ACTIVITIES: dict[Activity, tuple[Class, int]] = {
    Activity.IMAGE_PUSHED: (API, CREATE),
    Activity.IMAGE_PULLED: (API, READ),
    Activity.IMAGE_COPIED: (API, CREATE),
    Activity.IMAGE_CREATED: (API, CREATE),
    Activity.IMAGE_SHARED: (API, UPDATE),
    Activity.IMAGE_UNSHARED: (API, UPDATE),
    Activity.IMAGE_DELETED: (API, DELETE),
    Activity.IMAGE_UNTAGGED: (API, UPDATE),
    Activity.IMAGE_BUILT: (API, CREATE),
    Activity.IMAGE_SCANNED: (API, OTHER),  # once it is reported what was found: a finding
    Activity.IMAGE_CHANGED: (API, UPDATE),
    Activity.LAYER_UPLOADED: (API, CREATE),
    Activity.REGISTRY_LOGIN: (AUTHENTICATION, LOGON),
    Activity.REGISTRY_LISTED: (API, READ),
    Activity.REGISTRY_CHANGED: (API, UPDATE),
    Activity.WORKLOAD_DEFINED: (API, CREATE),
    Activity.WORKLOAD_DEPLOYED: (API, CREATE),
    Activity.WORKLOAD_STARTED: (API, UPDATE),
    Activity.WORKLOAD_STOPPED: (API, UPDATE),
    Activity.WORKLOAD_DELETED: (API, DELETE),
    Activity.WORKLOAD_CHANGED: (API, UPDATE),
    Activity.BUCKET_CREATED: (API, CREATE),
    Activity.BUCKET_CHANGED: (API, UPDATE),
    Activity.BUCKET_DELETED: (API, DELETE),
    Activity.BUCKET_LISTED: (API, READ),
    Activity.OBJECT_READ: (API, READ),
    Activity.OBJECT_WRITTEN: (API, CREATE),
    Activity.OBJECT_DELETED: (API, DELETE),
    Activity.STORAGE_SHARED: (API, UPDATE),
    Activity.TRAFFIC_FLOWED: (NETWORK, TRAFFIC),
    Activity.IDENTITY_SIGNED_IN: (AUTHENTICATION, LOGON),
    Activity.IDENTITY_ASSUMED: (AUTHENTICATION, ACCOUNT_SWITCH),
    Activity.IDENTITY_CHANGED: (API, UPDATE),
    Activity.MONITORING_CHANGED: (API, UPDATE),
    Activity.FINDING_REPORTED: (FINDING, FOUND),
    Activity.RESOURCE_CREATED: (API, CREATE),
    Activity.RESOURCE_READ: (API, READ),
    Activity.RESOURCE_CHANGED: (API, UPDATE),
    Activity.RESOURCE_DELETED: (API, DELETE),
    Activity.RESOURCE_USED: (API, OTHER),
}


def class_of(event: Event) -> tuple[Class, int]:
    """Return the class of ``event`` and the id of its activity there."""
    if event.activity is Activity.IMAGE_SCANNED and event.report is not None:
        return FINDING, FOUND
    if event.activity is Activity.TRAFFIC_FLOWED and event.flow and event.flow.action == REJECT:
        return NETWORK, REFUSE
    return ACTIVITIES[event.activity]
