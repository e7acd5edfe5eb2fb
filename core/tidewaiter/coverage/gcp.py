"""The logs of Google Cloud that detection rests on."""

from tidewaiter.coverage.interface import PULLS, PUSHES, WRITES, Prerequisite
from tidewaiter.detectors.evidence import Evidence

_DATA_ACCESS = "https://cloud.google.com/logging/docs/audit/configure-data-access"
_REGISTRY = frozenset({"artifactregistry.googleapis.com", "containerregistry.googleapis.com"})

NEVER_TOLD = (
    "Repositories that are open to everybody write no Data Access entries.",
    "The layers of a push are in no log: they need a look at the registry.",
    "Google's front end may hide the client of a push behind gzip(gfe) and gcp-internal-ip.",
)

PREREQUISITES = (
    Prerequisite(
        id="gcp-admin-activity",
        provider="gcp",
        title="Cloud Audit Logs, Admin Activity of Compute Engine",
        sources=frozenset({"gcp_audit"}),
        services=frozenset({"compute.googleapis.com"}),
        activities=WRITES,
        brings=frozenset(
            {
                Evidence.MACHINE_IMAGES,
                Evidence.SHARES,
                Evidence.DEPLOYMENTS,
                Evidence.SETTINGS,
            }
        ),
        without="Machine images, their shares and the instances made of them are not seen.",
        enable="They are always written: route them to a sink for the organisation.",
        link="https://cloud.google.com/logging/docs/export/aggregated_sinks",
    ),
    Prerequisite(
        id="gcp-artifact-registry-data-write",
        provider="gcp",
        title="Cloud Audit Logs, Data Access (DATA_WRITE) of Artifact Registry",
        sources=frozenset({"gcp_audit"}),
        services=_REGISTRY,
        activities=PUSHES,
        brings=frozenset({Evidence.PUSHES, Evidence.PUSHERS, Evidence.CLIENTS}),
        without="Nobody is named for a push; where no topic tells of it, it is not seen at all.",
        enable=(
            "Artifact Registry pushes are Data Access logs, off by default: enable DATA_WRITE for"
            " artifactregistry.googleapis.com."
        ),
        link=_DATA_ACCESS,
    ),
    Prerequisite(
        id="gcp-artifact-registry-data-read",
        provider="gcp",
        title="Cloud Audit Logs, Data Access (DATA_READ) of Artifact Registry",
        sources=frozenset({"gcp_audit"}),
        services=_REGISTRY,
        activities=PULLS,
        brings=frozenset({Evidence.READS, Evidence.CLIENTS}),
        without="Pulls and listings are not seen.",
        enable="Enable DATA_READ for artifactregistry.googleapis.com; mind what it costs.",
        link=_DATA_ACCESS,
    ),
    Prerequisite(
        id="gcp-gcr-topic",
        provider="gcp",
        title='Pub/Sub topic "gcr"',
        sources=frozenset({"gcr_topic"}),
        brings=frozenset({Evidence.PUSHES}),
        without="Pushes are known later, and the digest behind a push by tag is not.",
        enable='Create the topic "gcr" in the registry\'s project, and subscribe to it.',
        link="https://cloud.google.com/artifact-registry/docs/configure-notifications",
        optional=True,
    ),
    Prerequisite(
        id="gcp-legacy-registry",
        provider="gcp",
        title="Legacy Container Registry on Cloud Storage (DATA_WRITE or notifications)",
        sources=frozenset({"gcp_audit", "gcs_notification"}),
        services=frozenset({"storage.googleapis.com"}),
        activities=PUSHES,
        brings=frozenset({Evidence.PUSHES}),
        without="Pushes into artifacts.PROJECT.appspot.com buckets are not seen.",
        enable="If such buckets are left, enable DATA_WRITE for storage.googleapis.com.",
        link=_DATA_ACCESS,
        optional=True,
    ),
    Prerequisite(
        id="gcp-gke-audit",
        provider="gcp",
        title="GKE audit (Cloud Audit Logs of k8s.io)",
        sources=frozenset({"kubernetes_audit"}),
        brings=frozenset({Evidence.DEPLOYMENTS}),
        without="Images that run in GKE are not seen.",
        enable="They are always written: route k8s.io entries to the sink, too.",
        link="https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging",
    ),
    Prerequisite(
        id="gcp-cloud-run",
        provider="gcp",
        title="Cloud Audit Logs, Admin Activity of Cloud Run",
        sources=frozenset({"gcp_audit"}),
        services=frozenset({"run.googleapis.com", "cloudfunctions.googleapis.com"}),
        activities=WRITES,
        brings=frozenset({Evidence.DEPLOYMENTS}),
        without="Images that run in Cloud Run are not seen.",
        enable="They are always written: route run.googleapis.com entries to the sink, too.",
        link="https://cloud.google.com/run/docs/audit-logging",
        optional=True,
    ),
    Prerequisite(
        id="gcp-builds",
        provider="gcp",
        title="Cloud Build (topic cloud-builds)",
        sources=frozenset({"cloud_build"}),
        without="Which build made an image is not known.",
        enable='Create the topic "cloud-builds", and subscribe to it.',
        link="https://cloud.google.com/build/docs/subscribe-build-notifications",
        optional=True,
    ),
    Prerequisite(
        id="gcp-occurrences",
        provider="gcp",
        title="Container Analysis occurrences",
        sources=frozenset({"container_analysis"}),
        brings=frozenset({Evidence.SCANS}),
        without="Vulnerabilities of an image are not told with its story.",
        enable="Enable Container Scanning, and subscribe to container-analysis-occurrences-v1.",
        link="https://cloud.google.com/artifact-analysis/docs/pub-sub-notifications",
    ),
    Prerequisite(
        id="gcp-vpc-flow-logs",
        provider="gcp",
        title="VPC flow logs",
        sources=frozenset({"gcp_vpc_flow_log"}),
        without="The Traffic dataset has nothing of Google Cloud.",
        enable="Enable flow logs for the subnet, and route them to the sink.",
        link="https://cloud.google.com/vpc/docs/using-flow-logs",
        optional=True,
        watched=False,
    ),
)
