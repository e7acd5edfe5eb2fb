"""The logs of private registries, clusters and hosts that detection rests on."""

from tidewaiter.coverage.interface import Prerequisite
from tidewaiter.detectors.evidence import Evidence

NEVER_TOLD = ("The layers of a push are in no notification: they need a look at the registry.",)

PREREQUISITES = (
    Prerequisite(
        id="registry-notifications",
        provider="registry",
        title="Notifications of a private registry (Distribution, Docker Hub)",
        sources=frozenset({"distribution", "docker_hub"}),
        brings=frozenset({Evidence.PUSHES, Evidence.PUSHERS, Evidence.CLIENTS, Evidence.READS}),
        without="Pushes into private registries are not seen.",
        enable="Name our endpoint in the registry's notifications, or in the hub's webhooks.",
        link="https://distribution.github.io/distribution/about/notifications/",
    ),
    Prerequisite(
        id="registry-docker-daemon",
        provider="registry",
        title="Events of docker daemons",
        sources=frozenset({"docker_daemon"}),
        without="What is built, loaded and pushed on a host is not seen.",
        enable="Ship `docker events --format '{{json .}}'` of build hosts.",
        link="https://docs.docker.com/reference/cli/docker/system/events/",
        optional=True,
    ),
    Prerequisite(
        id="kubernetes-audit",
        provider="kubernetes",
        title="Audit log of Kubernetes clusters",
        sources=frozenset({"kubernetes_audit"}),
        brings=frozenset({Evidence.DEPLOYMENTS, Evidence.SETTINGS}),
        without="Images that run in your own clusters are not seen.",
        enable="Write an audit log with requests and responses of pods and controllers.",
        link="https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/",
    ),
    Prerequisite(
        id="kubernetes-admission",
        provider="kubernetes",
        title="Admission reviews",
        sources=frozenset({"admission_review"}),
        brings=frozenset({Evidence.DEPLOYMENTS}),
        without="Deployments are known from the audit log alone.",
        enable="Let an admission controller log what it reviews.",
        link="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
        optional=True,
    ),
    Prerequisite(
        id="kubernetes-falco",
        provider="kubernetes",
        title="Falco alerts",
        sources=frozenset({"falco"}),
        without="What a running image does is not told with its story.",
        enable="Set json_output in Falco, and ship its alerts.",
        link="https://falco.org/docs/outputs/",
        optional=True,
        watched=False,
    ),
)
