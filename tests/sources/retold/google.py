"""One message or entry of Google Cloud in the wrappers in which it arrives.

https://cloud.google.com/artifact-registry/docs/configure-notifications
https://cloud.google.com/storage/docs/pubsub-notifications
https://cloud.google.com/eventarc/docs/cloudevents-json
https://cloud.google.com/pubsub/docs/push#receive_push
"""

import base64
import json
from typing import Any, NamedTuple

Json = dict[str, Any]

TIME = "2026-03-04T09:31:08.113200Z"
DIGEST = "europe-west1-docker.pkg.dev/shop/apps/web@sha256:" + "a1" * 32
TAG = "europe-west1-docker.pkg.dev/shop/apps/web:v7"


def _message(value: Json, attributes: Json | None = None) -> Json:
    text = base64.b64encode(json.dumps(value).encode()).decode() if value else ""
    return {
        "data": text,
        "attributes": attributes or {},
        "messageId": "19917247034",
        "publishTime": TIME,
    }


def pushed(value: Json, attributes: Json | None = None) -> Json:
    """As a push subscription posts it; it spells two names twice."""
    message = _message(value, attributes)
    message |= {"message_id": message["messageId"], "publish_time": message["publishTime"]}
    return {"message": message, "subscription": "projects/shop/subscriptions/feed"}


def pulled(value: Json, attributes: Json | None = None) -> Json:
    """As a pull answers."""
    return {"receivedMessages": [{"ackId": "BV5e", "message": _message(value, attributes)}]}


def triggered(value: Json, attributes: Json | None = None) -> Json:
    """As a function gets it, in a CloudEvent."""
    return {
        "specversion": "1.0",
        "type": "google.cloud.pubsub.topic.v1.messagePublished",
        "source": "//pubsub.googleapis.com/projects/shop/topics/feed",
        "id": "19917247034",
        "time": TIME,
        "datacontenttype": "application/json",
        "data": pushed(value, attributes),
    }


MESSAGES = {
    "pushed by tag": {"action": "INSERT", "digest": DIGEST, "tag": TAG},
    "pushed by digest": {"action": "INSERT", "digest": DIGEST},
    "untagged": {"action": "DELETE", "tag": TAG},
    "deleted": {"action": "DELETE", "digest": DIGEST},
    "pushed to the old name": {"action": "INSERT", "tag": "eu.gcr.io/shop/web:v7"},
}


class Put(NamedTuple):
    """What became of an object: by its name in a notification, and in a CloudEvent."""

    notification: str
    event: str
    bucket: str = "shop-backups"
    name: str = "2026/db dump.sql"


def _object(put: Put) -> Json:
    return {
        "kind": "storage#object",
        "id": f"{put.bucket}/{put.name}/1772616668113200",
        "selfLink": "https://www.googleapis.com/storage/v1/b/x/o/y",
        "name": put.name,
        "bucket": put.bucket,
        "generation": "1772616668113200",
        "metageneration": "1",
        "contentType": "application/octet-stream",
        "timeCreated": TIME,
        "updated": TIME,
        "storageClass": "STANDARD",
        "size": "1024",
        "md5Hash": "1B2M2Y8AsgTpgAmY7PhCfg==",
        "etag": "CPjb",
    }


def _attributes(put: Put, form: str) -> Json:
    return {
        "notificationConfig": f"projects/_/buckets/{put.bucket}/notificationConfigs/1",
        "eventType": put.notification,
        "payloadFormat": form,
        "bucketId": put.bucket,
        "objectId": put.name,
        "objectGeneration": "1772616668113200",
        "eventTime": TIME,
    }


def notification(put: Put) -> Json:
    """With the object's resource."""
    return pushed(_object(put), _attributes(put, "JSON_API_V1"))


def notification_pulled(put: Put) -> Json:
    """The same, from a pull subscription."""
    return pulled(_object(put), _attributes(put, "JSON_API_V1"))


def notification_of_attributes(put: Put) -> Json:
    """Without a payload."""
    return pushed({}, _attributes(put, "NONE"))


def cloud_event(put: Put) -> Json:
    """As Eventarc sends it."""
    return {
        "specversion": "1.0",
        "type": f"google.cloud.storage.object.v1.{put.event}",
        "source": f"//storage.googleapis.com/projects/_/buckets/{put.bucket}",
        "subject": f"objects/{put.name}",
        "id": "5473243234",
        "time": TIME,
        "datacontenttype": "application/json",
        "data": _object(put),
    }


_BLOB = "containers/images/sha256:" + "b2" * 32
PUTS = {
    "put": Put("OBJECT_FINALIZE", "finalized"),
    "deleted": Put("OBJECT_DELETE", "deleted"),
    "archived": Put("OBJECT_ARCHIVE", "archived"),
    "described anew": Put("OBJECT_METADATA_UPDATE", "metadataUpdated"),
    "image put": Put("OBJECT_FINALIZE", "finalized", "eu.artifacts.shop.appspot.com", _BLOB),
    "image deleted": Put("OBJECT_DELETE", "deleted", "artifacts.shop.appspot.com", _BLOB),
}


class Call(NamedTuple):
    """A call that Cloud Audit Logs keep."""

    service: str
    method: str
    resource: str
    request: Json | None = None
    denied: bool = False


def entry(call: Call) -> Json:
    """The entry, as ``gcloud logging read`` and a bucket's files have it."""
    log = "projects/shop/logs/cloudaudit.googleapis.com%2Fdata_access"
    return {
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "status": {"code": 7, "message": "denied"} if call.denied else {},
            "authenticationInfo": {"principalEmail": "alice@example.com"},
            "requestMetadata": {"callerIp": "203.0.113.24", "callerSuppliedUserAgent": "curl/8"},
            "serviceName": f"{call.service}.googleapis.com",
            "methodName": call.method,
            "resourceName": call.resource,
            "request": call.request or {},
        },
        "insertId": "1a2b3c4d5e6f",
        "resource": {"type": "audited_resource", "labels": {"project_id": "shop"}},
        "timestamp": TIME,
        "severity": "INFO",
        "logName": log,
        "receiveTimestamp": TIME,
    }


def exported(call: Call) -> Json:
    """As a sink publishes it."""
    return pushed(entry(call), {"logging.googleapis.com/timestamp": TIME})


def exported_and_pulled(call: Call) -> Json:
    """The same, from a pull subscription."""
    return pulled(entry(call), {"logging.googleapis.com/timestamp": TIME})


def audit_event(call: Call) -> Json:
    """As Eventarc sends it."""
    return {
        "specversion": "1.0",
        "type": "google.cloud.audit.log.v1.written",
        "source": "//cloudaudit.googleapis.com/projects/shop/logs/data_access",
        "id": "projects/shop/logs/cloudaudit.googleapis.com%2Fdata_access1a2b3c4d5e6f",
        "time": TIME,
        "datacontenttype": "application/json",
        "data": entry(call),
    }


_IMAGE = "projects/shop/locations/europe-west1/repositories/apps/dockerImages/web"
CALLS = {
    "image pushed": Call(
        "artifactregistry",
        "Docker-PutManifest",
        _IMAGE,
        {"requestMethod": "PUT", "requestUrl": "/v2/shop/apps/web/manifests/v7"},
    ),
    "image pull denied": Call(
        "artifactregistry",
        "Docker-GetManifest",
        _IMAGE,
        {"requestMethod": "GET", "requestUrl": "/v2/shop/apps/web/manifests/v7"},
        denied=True,
    ),
    "machine image deleted": Call(
        "compute", "v1.compute.images.delete", "projects/shop/global/images/golden"
    ),
    "object read": Call(
        "storage", "storage.objects.get", "projects/_/buckets/shop-backups/objects/db.sql"
    ),
    "secret read": Call(
        "secretmanager",
        "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion",
        "projects/shop/secrets/db/versions/3",
    ),
}
