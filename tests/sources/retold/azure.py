"""One act at the resource manager, written down in each shape of the Activity Log.

https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-payload-samples
https://learn.microsoft.com/azure/azure-monitor/reference/tables/azureactivity
"""

import json
from typing import Any, NamedTuple

Json = dict[str, Any]

SUBSCRIPTION = "11112222-3333-4444-5555-666677778888"
TENANT = "99990000-aaaa-4bbb-8ccc-ddddeeeeffff"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Shop-RG"
CORRELATION = "0c0c0c0c-1111-4222-8333-444455556666"
EVENT = "e0e0e0e0-0001-4000-8000-000000000001"
TIME = "2026-03-02T14:05:11.3810679"
ADDRESS = "203.0.113.9"
_CLAIMED = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_MICROSOFT = "http://schemas.microsoft.com"
_TOKEN = {
    "aud": "https://management.core.windows.net/",
    "iss": f"https://sts.windows.net/{TENANT}/",
    f"{_MICROSOFT}/identity/claims/tenantid": TENANT,
    "uti": "Zm9vYmFyLXRva2Vu",
    "ver": "1.0",
}

# What an API returns, Event Hub and Log Analytics say in other words.
WORDS = {
    "Succeeded": "Success",
    "Failed": "Failure",
    "Started": "Start",
    "Accepted": "Accept",
}


class Caller(NamedTuple):
    """Who calls: the claims of the token, and the name that the log itself gives."""

    name: str
    claims: Json


PERSON = Caller(
    "Alice@example.com",
    {
        **_TOKEN,
        "appid": "04b07795-0000-4000-8000-000000000001",
        "name": "Alice Archer",
        f"{_MICROSOFT}/claims/authnmethodsreferences": "pwd,mfa",
        f"{_MICROSOFT}/identity/claims/objectidentifier": "aaaa1111-0000-4000-8000-000000000001",
        f"{_CLAIMED}/name": "Alice@example.com",
        f"{_CLAIMED}/upn": "Alice@example.com",
    },
)
PIPELINE = Caller(
    "bbbb2222-0000-4000-8000-000000000002",
    {
        **_TOKEN,
        "appid": "cccc3333-0000-4000-8000-000000000003",
        "idtyp": "app",
        f"{_MICROSOFT}/identity/claims/objectidentifier": "bbbb2222-0000-4000-8000-000000000002",
    },
)


class Act(NamedTuple):
    """What is done to which resource, by whom, and how it ended."""

    operation: str
    resource: str
    request: Json | None = None
    response: Json | None = None
    status: str = "Succeeded"
    answer: str = "OK"
    caller: Caller = PERSON

    @property
    def scope(self) -> str:
        """The resource's whole id."""
        return GROUP + self.resource

    @property
    def authorization(self) -> Json:
        """What the caller had to be allowed."""
        return {"action": self.operation, "scope": self.scope}

    @property
    def bodies(self) -> Json:
        """The bodies, as text."""
        asked, answered = self.request, self.response
        return {
            "requestbody": json.dumps(asked) if asked else "",
            "responseBody": json.dumps(answered) if answered else "",
            "statusCode": self.answer,
        }


def rest(act: Act) -> Json:
    """As the REST API lists it."""
    provider = act.operation.partition("/")[0]
    return {
        "value": [
            {
                "authorization": act.authorization,
                "caller": act.caller.name,
                "channels": "Operation",
                "claims": act.caller.claims,
                "correlationId": CORRELATION,
                "description": "",
                "eventDataId": EVENT,
                "eventName": {"value": "EndRequest", "localizedValue": "End request"},
                "category": {"value": "Administrative", "localizedValue": "Administrative"},
                "eventTimestamp": f"{TIME}Z",
                "id": f"{act.scope}/events/{EVENT}/ticks/639080715113810679",
                "level": "Informational",
                "operationId": CORRELATION,
                "operationName": {"value": act.operation, "localizedValue": "in words"},
                "resourceGroupName": "Shop-RG",
                "resourceProviderName": {"value": provider, "localizedValue": provider},
                "resourceId": act.scope,
                "status": {"value": act.status, "localizedValue": act.status},
                "subStatus": {"value": act.answer, "localizedValue": f"{act.answer} (HTTP)"},
                "submissionTimestamp": "2026-03-02T14:05:40.0724829Z",
                "subscriptionId": SUBSCRIPTION,
                "tenantId": TENANT,
                "httpRequest": {
                    "clientRequestId": "f0f0f0f0-0001-4000-8000-000000000001",
                    "clientIpAddress": ADDRESS,
                    "method": "PUT",
                },
                "properties": act.bodies,
                "relatedEvents": [],
            }
        ]
    }


def storage(act: Act) -> Json:
    """As a line in a storage account."""
    return {
        "time": f"{TIME}Z",
        "resourceId": act.scope.upper(),
        "operationName": act.operation.upper(),
        "category": "Administrative",
        "resultType": WORDS[act.status],
        "resultSignature": f"{act.status}.{act.answer}",
        "durationMs": 826,
        "callerIpAddress": ADDRESS,
        "correlationId": CORRELATION,
        "identity": {"authorization": act.authorization, "claims": act.caller.claims},
        "level": "Information",
        "location": "global",
        "properties": {**act.bodies, "entity": act.scope, "eventCategory": "Administrative"},
        "tenantId": TENANT,
    }


def event_hub(act: Act) -> Json:
    """As an Event Hub delivers it, among others."""
    return {"records": [storage(act)]}


def alert(act: Act) -> Json:
    """As an alert has it: without address and bodies, and with the claims as text."""
    return {
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {
            "essentials": {
                "alertRule": "everything",
                "signalType": "Activity Log",
                "monitoringService": "Activity Log - Administrative",
                "alertTargetIDs": [act.scope.lower()],
                "essentialsVersion": "1.0",
            },
            "alertContext": {
                "authorization": act.authorization,
                "channels": "Operation",
                "claims": json.dumps(act.caller.claims),
                "caller": act.caller.name,
                "correlationId": CORRELATION,
                "eventSource": "Administrative",
                "eventTimestamp": f"{TIME}+00:00",
                "eventDataId": EVENT,
                "level": "Informational",
                "operationName": act.operation,
                "operationId": CORRELATION,
                "properties": {
                    "eventCategory": "Administrative",
                    "entity": act.scope,
                    "message": act.operation,
                    "hierarchy": TENANT,
                },
                "status": act.status,
                "subStatus": act.answer,
                "submissionTimestamp": "2026-03-02T14:05:40.0724829Z",
                "Activity Log Event Description": "",
            },
        },
    }


def table(act: Act) -> Json:
    """As Log Analytics keeps it: everything in columns, objects as text."""
    return {
        "TenantId": TENANT,
        "SourceSystem": "Azure",
        "CallerIpAddress": ADDRESS,
        "CategoryValue": "Administrative",
        "CorrelationId": CORRELATION,
        "Authorization": json.dumps(act.authorization),
        "Claims": json.dumps(act.caller.claims),
        "Level": "Informational",
        "OperationNameValue": act.operation.upper(),
        "Properties": json.dumps({**act.bodies, "entity": act.scope}),
        "Caller": act.caller.name,
        "EventDataId": EVENT,
        "HTTPRequest": json.dumps({"clientIpAddress": ADDRESS, "method": "PUT"}),
        "OperationId": CORRELATION,
        "ResourceGroup": "SHOP-RG",
        "ResourceProviderValue": act.operation.partition("/")[0].upper(),
        "ActivityStatusValue": WORDS[act.status],
        "ActivitySubstatusValue": act.answer,
        "TimeGenerated": f"{TIME}Z",
        "SubscriptionId": SUBSCRIPTION,
        "Type": "AzureActivity",
        "_ResourceId": act.scope.lower(),
    }


_COMPUTE = "/providers/Microsoft.Compute"
_REGISTRY = "/providers/Microsoft.ContainerRegistry/registries/shopregistry"
_MACHINE = f"{_COMPUTE}/virtualMachines/web-01"
_ACCOUNT = "/providers/Microsoft.Storage/storageAccounts/shopfiles"
_SOURCE = {"properties": {"sourceVirtualMachine": {"id": f"{GROUP}{_MACHINE}"}}}

ACTS = {
    "image created": Act(
        "Microsoft.Compute/images/write",
        f"{_COMPUTE}/images/Web-Golden",
        {"location": "West Europe", **_SOURCE},
        answer="Created",
    ),
    "image creation begun": Act(
        "Microsoft.Compute/images/write", f"{_COMPUTE}/images/Web-Golden", status="Started"
    ),
    "image creation refused": Act(
        "Microsoft.Compute/images/write",
        f"{_COMPUTE}/images/Web-Golden",
        status="Failed",
        answer="Forbidden",
    ),
    "image deleted by a pipeline": Act(
        "Microsoft.Compute/images/delete", f"{_COMPUTE}/images/Web-Golden", caller=PIPELINE
    ),
    "gallery shared": Act(
        "Microsoft.Compute/galleries/share/action",
        f"{_COMPUTE}/galleries/golden",
        {"operationType": "Add", "groups": [{"type": "AADTenants", "ids": [TENANT]}]},
    ),
    "image imported": Act(
        "Microsoft.ContainerRegistry/registries/importImage/action",
        _REGISTRY,
        {
            "source": {"registryUri": "registry.example.com", "sourceImage": "shop/web:7"},
            "targetTags": ["prod/web:7"],
        },
        status="Accepted",
        answer="Accepted",
    ),
    "registry changed": Act(
        "Microsoft.ContainerRegistry/registries/write",
        _REGISTRY,
        {"properties": {"adminUserEnabled": True}},
    ),
    "registry's password listed": Act(
        "Microsoft.ContainerRegistry/registries/listCredentials/action", _REGISTRY
    ),
    "machine made by a pipeline": Act(
        "Microsoft.Compute/virtualMachines/write",
        _MACHINE,
        {
            "location": "westeurope",
            "properties": {
                "hardwareProfile": {"vmSize": "Standard_B1s"},
                "storageProfile": {
                    "imageReference": {"id": f"{GROUP}{_COMPUTE}/images/Web-Golden"}
                },
            },
        },
        answer="Created",
        caller=PIPELINE,
    ),
    "machine restarted": Act("Microsoft.Compute/virtualMachines/restart/action", _MACHINE),
    "machine stopped": Act("Microsoft.Compute/virtualMachines/deallocate/action", _MACHINE),
    "machine deleted": Act("Microsoft.Compute/virtualMachines/delete", _MACHINE),
    "role assigned": Act(
        "Microsoft.Authorization/roleAssignments/write",
        "/providers/Microsoft.Authorization/roleAssignments/abcd0000-0001-4000-8000-000000000001",
        {
            "Id": "abcd0000-0001-4000-8000-000000000001",
            "Properties": {
                "PrincipalId": "dddd4444-0000-4000-8000-000000000004",
                "RoleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/"
                "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
                "Scope": GROUP,
            },
        },
        answer="Created",
    ),
    "storage account changed": Act("Microsoft.Storage/storageAccounts/write", _ACCOUNT),
    "storage keys listed": Act("Microsoft.Storage/storageAccounts/listKeys/action", _ACCOUNT),
    "container made": Act(
        "Microsoft.Storage/storageAccounts/blobServices/containers/write",
        f"{_ACCOUNT}/blobServices/default/containers/backups",
        {"properties": {"publicAccess": "Blob"}},
        answer="Created",
    ),
    "network group changed": Act(
        "Microsoft.Network/networkSecurityGroups/write",
        "/providers/Microsoft.Network/networkSecurityGroups/web",
        answer="Created",
    ),
    "vault deleted": Act(
        "Microsoft.KeyVault/vaults/delete", "/providers/Microsoft.KeyVault/vaults/shop"
    ),
}
