"""One push to a registry, as a Distribution registry, ACR's webhook, Event Grid and log tell it.

https://distribution.github.io/distribution/about/notifications/
https://learn.microsoft.com/azure/container-registry/container-registry-webhook-reference
https://learn.microsoft.com/azure/event-grid/event-schema-container-registry
https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerregistryrepositoryevents
"""

from typing import Any, NamedTuple

Json = dict[str, Any]

HOST = "shopregistry.azurecr.io"
ID = "31c51664-e5bd-416a-a5df-e5206bc47ed0"
TIME = "2026-04-25T21:39:47.276585742Z"
_REGISTRY = (
    "/subscriptions/11112222-3333-4444-5555-666677778888/resourceGroups/Shop-RG"
    "/providers/Microsoft.ContainerRegistry/registries/ShopRegistry"
)
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CHART = "application/vnd.acr.helm.chart"


class Act(NamedTuple):
    """What is done to what; Event Grid has a name of its own for it."""

    action: str
    event: str
    tag: str = "v7"
    media_type: str = _MANIFEST


ACTS = {
    "pushed": Act("push", "ImagePushed"),
    "pushed without tag": Act("push", "ImagePushed", ""),
    "deleted": Act("delete", "ImageDeleted", ""),
    "chart pushed": Act("chart_push", "ChartPushed", media_type=_CHART),
    "chart deleted": Act("chart_delete", "ChartDeleted", media_type=_CHART),
}


def webhook(act: Act) -> Json:
    """As ACR posts it: one event alone."""
    target = {
        "mediaType": act.media_type,
        "size": 524,
        "digest": "sha256:" + "80" * 32,
        "length": 524,
        "repository": "prod/web",
        "tag": act.tag,
    }
    return {
        "id": ID,
        "timestamp": TIME,
        "action": act.action,
        "target": {name: value for name, value in target.items() if value},
        "request": {
            "id": "7c66f28b-de19-40a4-821c-6f5f6c0003a4",
            "host": HOST,
            "method": "PUT",
            "useragent": "docker/27.3.1 go/go1.22.7",
        },
    }


def notification(act: Act) -> Json:
    """As a Distribution registry posts it: among others, and with its own name."""
    event = webhook(act) | {"source": {"addr": "registry-0:5000", "instanceID": "a53d"}}
    return {"events": [event | {"actor": {}}]}


def event_grid(act: Act) -> list[Json]:
    """In Event Grid's own schema, in which events come as a list."""
    return [
        {
            "id": ID,
            "topic": _REGISTRY,
            "subject": "prod/web:v7",
            "eventType": f"Microsoft.ContainerRegistry.{act.event}",
            "eventTime": "2026-04-25T21:39:47.6549614Z",
            "data": webhook(act),
            "dataVersion": "1.0",
            "metadataVersion": "1",
        }
    ]


def cloud_event(act: Act) -> Json:
    """As a CloudEvent."""
    return {
        "specversion": "1.0",
        "type": f"Microsoft.ContainerRegistry.{act.event}",
        "source": _REGISTRY,
        "id": ID,
        "time": "2026-04-25T21:39:47.6549614Z",
        "subject": "prod/web:v7",
        "data": webhook(act),
    }


class Logged(NamedTuple):
    """What ACR's own log tells: also who, and what failed."""

    operation: str
    tag: str = "v7"
    digest: str = "sha256:" + "80" * 32
    result: str = "HttpStatusCode"
    description: str = "201"
    who: str = "alice@example.com"
    media_type: str = _MANIFEST
    category: str = "ContainerRegistryRepositoryEvents"


def diagnostic(act: Logged) -> Json:
    """As a diagnostic setting sends it to an Event Hub."""
    properties = {
        "loginServer": HOST,
        "userAgent": "docker/27.3.1 go/go1.22.7",
        "repository": "prod/web",
        "tag": act.tag,
        "digest": act.digest,
        "mediaType": act.media_type,
        "size": 524,
    }
    return {
        "records": [
            {
                "time": "2026-04-25T21:39:47.2765857Z",
                "resourceId": _REGISTRY.upper(),
                "category": act.category,
                "operationName": act.operation,
                "resultType": act.result,
                "resultDescription": act.description,
                "callerIpAddress": "203.0.113.9",
                "correlationId": ID,
                "location": "westeurope",
                "identity": act.who,
                "properties": {name: value for name, value in properties.items() if value},
            }
        ]
    }


def row(act: Logged) -> Json:
    """As Log Analytics keeps it, in which nothing is absent, but empty."""
    return {
        "TenantId": "99990000-aaaa-4bbb-8ccc-ddddeeeeffff",
        "TimeGenerated": "2026-04-25T21:39:47.2765857Z",
        "OperationName": act.operation,
        "ResultType": act.result,
        "ResultDescription": act.description,
        "CallerIpAddress": "203.0.113.9",
        "CorrelationId": ID,
        "Region": "westeurope",
        "Identity": act.who,
        "LoginServer": HOST,
        "UserAgent": "docker/27.3.1 go/go1.22.7",
        "Repository": "prod/web",
        "Tag": act.tag,
        "Digest": act.digest,
        "MediaType": act.media_type,
        "Size": 524,
        "Category": act.category,
        "Type": act.category,
        "_ResourceId": _REGISTRY.lower(),
    }


LOGGED = {
    "pushed": Logged("Push"),
    "push refused": Logged("Push", result="403", description="Forbidden"),
    "pulled by nobody": Logged("Pull", description="200", who=""),
    "layer pushed": Logged("Push", "", media_type="application/octet-stream"),
    "tag deleted": Logged("Untag", digest="", media_type=""),
    "deleted": Logged("Delete", "", media_type="", description="202"),
    "logged in": Logged("Login", "", "", category="ContainerRegistryLoginEvents", media_type=""),
}
