"""The logs of Azure that detection rests on."""

from tidewaiter.coverage.interface import READS, WRITES, Prerequisite
from tidewaiter.detectors.evidence import Evidence

_DIAGNOSTICS = "https://learn.microsoft.com/azure/container-registry/monitor-service"

NEVER_TOLD = (
    "The listing of a registry's catalogue is not logged.",
    "The layers of a push are in no log: they need a look at the registry.",
    "Activity Log alerts have no address of the caller: the exported log has it.",
)

PREREQUISITES = (
    Prerequisite(
        id="azure-activity",
        provider="azure",
        title="Activity Log",
        sources=frozenset({"azure_activity"}),
        brings=frozenset(
            {
                Evidence.MACHINE_IMAGES,
                Evidence.SHARES,
                Evidence.DEPLOYMENTS,
                Evidence.SETTINGS,
            }
        ),
        without="Machine images, imports into registries, shares and launches are not seen.",
        enable="Export the Activity Log of every subscription to an Event Hub (Administrative).",
        link="https://learn.microsoft.com/azure/azure-monitor/platform/activity-log",
    ),
    Prerequisite(
        id="azure-acr-repository-events",
        provider="azure",
        title="Container Registry, ContainerRegistryRepositoryEvents",
        sources=frozenset({"acr_logs"}),
        activities=WRITES,
        brings=frozenset({Evidence.PUSHES, Evidence.PUSHERS, Evidence.CLIENTS}),
        without="A docker push is data plane: who pushed, from where, is in no other log.",
        enable=(
            "Give every registry a diagnostic setting with ContainerRegistryRepositoryEvents to an"
            " Event Hub."
        ),
        link=_DIAGNOSTICS,
    ),
    Prerequisite(
        id="azure-acr-login-events",
        provider="azure",
        title="Container Registry, pulls and ContainerRegistryLoginEvents",
        sources=frozenset({"acr_logs"}),
        activities=READS,
        brings=frozenset({Evidence.CLIENTS, Evidence.READS}),
        without="Registry logins and pulls are not seen.",
        enable="Add ContainerRegistryLoginEvents to the registry's diagnostic setting.",
        link=_DIAGNOSTICS,
    ),
    Prerequisite(
        id="azure-acr-event-grid",
        provider="azure",
        title="Event Grid, Microsoft.ContainerRegistry",
        sources=frozenset({"acr_event_grid", "distribution"}),
        brings=frozenset({Evidence.PUSHES}),
        without="Pushes are known minutes later, from the registry's resource log.",
        enable="Subscribe to ImagePushed and ImageDeleted of every registry.",
        link="https://learn.microsoft.com/azure/event-grid/event-schema-container-registry",
        optional=True,
    ),
    Prerequisite(
        id="azure-aks-audit",
        provider="azure",
        title="AKS, kube-audit-admin",
        sources=frozenset({"kubernetes_audit"}),
        brings=frozenset({Evidence.DEPLOYMENTS}),
        without="Images that run in AKS are not seen.",
        enable="Give every cluster a diagnostic setting with kube-audit-admin to an Event Hub.",
        link="https://learn.microsoft.com/azure/aks/monitor-aks-reference",
    ),
    Prerequisite(
        id="azure-entra",
        provider="azure",
        title="Entra ID, sign-in and audit logs",
        sources=frozenset({"entra_sign_in", "entra_audit"}),
        without="Sign-ins, and changes of users, applications and roles, are not seen.",
        enable="Export SignInLogs, ServicePrincipalSignInLogs and AuditLogs to an Event Hub.",
        link="https://learn.microsoft.com/entra/identity/monitoring-health/howto-stream-logs-to-event-hub",
        optional=True,
        watched=False,
    ),
    Prerequisite(
        id="azure-defender",
        provider="azure",
        title="Defender for Cloud, assessments and alerts",
        sources=frozenset({"defender_assessment", "defender_alert"}),
        brings=frozenset({Evidence.SCANS}),
        without="Vulnerabilities of an image are not told with its story.",
        enable="Set up continuous export of assessments and alerts to an Event Hub.",
        link="https://learn.microsoft.com/azure/defender-for-cloud/continuous-export",
    ),
    Prerequisite(
        id="azure-storage-logs",
        provider="azure",
        title="Storage, StorageRead, StorageWrite and StorageDelete",
        sources=frozenset({"azure_storage_log"}),
        without="Objects that are read, written or deleted are not seen.",
        enable="Give the blob service of the account a diagnostic setting to an Event Hub.",
        link="https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage",
        optional=True,
        watched=False,
    ),
    Prerequisite(
        id="azure-flow-logs",
        provider="azure",
        title="VNet or NSG flow logs",
        sources=frozenset({"azure_flow_log"}),
        without="The Traffic dataset has nothing of Azure.",
        enable="Create a flow log for the virtual network with Network Watcher.",
        link="https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview",
        optional=True,
        watched=False,
    ),
)
