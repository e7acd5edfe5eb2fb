"""Who may do what: roles and their assignments, managed identities, trusted token issuers.

https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance
https://learn.microsoft.com/azure/role-based-access-control/permissions/identity
"""

from collections.abc import Callable

from tidewaiter.model import Activity, Grant, Session
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs
from tidewaiter.sources.azure_terms import last_segment
from tidewaiter.sources.telling import Told

# The roles that let somebody push images, run them, or let others do so; all others by their id.
# https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
ROLES = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
    "8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush",
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
    "c2f4ef07-c644-48eb-af81-4b1b4947fb11": "AcrDelete",
    "6cef56e8-d556-48e5-a04f-b8e64114680f": "AcrImageSigner",
    "9980e02c-c2be-4d73-94e8-173b1dc7cf3c": "Virtual Machine Contributor",
    "17d1049b-9a84-46fb-8f53-869881c3d3ab": "Storage Account Contributor",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "f1a07417-d97a-45cb-824c-7a7467783830": "Managed Identity Operator",
}

_ASSIGNMENTS = (
    "roleassignments",
    # Privileged Identity Management: https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests
    "roleassignmentschedulerequests",
    "roleeligibilityschedulerequests",
    "denyassignments",
)
_CHANGES = ("roledefinitions", "rolemanagementpolicies", "classicadministrators")


def _assigned(asked: Asked) -> Told:
    """https://learn.microsoft.com/rest/api/authorization/role-assignments/create ."""
    principal = asked.first("properties.principalId", "principalId")
    role = asked.first("properties.roleDefinitionId", "roleDefinitionId")
    key = last_segment((role or "").lower().rstrip("/"))
    permission = ROLES.get(key, key) or None
    known = principal or permission
    grants = (Grant("principal", principal and principal.lower(), permission),) if known else ()
    return Told(Activity.IDENTITY_CHANGED, grants=grants, target=asked.resource)


def _changed(asked: Asked) -> Told:
    return Told(Activity.IDENTITY_CHANGED, target=asked.resource)


def _trusted(asked: Asked) -> Told:
    """Tokens of another issuer become as good as the identity's own.

    https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials
    """
    issuer = asked.first("properties.issuer")
    subject = asked.first("properties.subject")
    return Told(
        Activity.IDENTITY_CHANGED,
        grants=(Grant("principal", subject),) if subject else (),
        target=asked.resource,
        session=Session(provider=issuer) if issuer else None,
    )


def _cluster_opened(method: str) -> Callable[[Asked], Told]:
    """The answer is a kubeconfig: whoever has it acts in the cluster.

    https://learn.microsoft.com/rest/api/aks/managed-clusters/list-cluster-admin-credentials
    """

    def read(asked: Asked) -> Told:
        session = Session(method=method, target=last_segment(asked.resource))
        return Told(Activity.IDENTITY_ASSUMED, target=asked.resource, session=session)

    return read


_AUTHORIZATION = "microsoft.authorization"
_CLUSTER = "microsoft.containerservice/managedclusters"
_CONNECTED = "microsoft.kubernetes/connectedclusters"
_IDENTITY = "microsoft.managedidentity/userassignedidentities"

VERBS: Verbs = {
    **{
        f"{_AUTHORIZATION}/{name}/{ending}": _assigned
        for name in _ASSIGNMENTS
        for ending in ("write", "delete")
    },
    **{
        f"{_AUTHORIZATION}/{name}/{ending}": _changed
        for name in _CHANGES
        for ending in ("write", "delete")
    },
    f"{_AUTHORIZATION}/elevateaccess/action": _changed,
    f"{_IDENTITY}/write": _changed,
    f"{_IDENTITY}/delete": _changed,
    f"{_IDENTITY}/assign/action": _changed,
    f"{_IDENTITY}/federatedidentitycredentials/write": _trusted,
    f"{_IDENTITY}/federatedidentitycredentials/delete": _trusted,
    f"{_CLUSTER}/listclusteradmincredential/action": _cluster_opened("cluster admin credential"),
    f"{_CLUSTER}/listclusterusercredential/action": _cluster_opened("cluster user credential"),
    f"{_CONNECTED}/listclusterusercredential/action": _cluster_opened("cluster user credential"),
}
