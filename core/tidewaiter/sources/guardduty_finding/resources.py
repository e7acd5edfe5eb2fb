"""Who and what a finding is about, in our words."""

from collections.abc import Iterator

from tidewaiter.model import Credential, Image, Principal, Stored, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.amazon import last_part
from tidewaiter.sources.ecs_task_state_change import task_of
from tidewaiter.sources.guardduty_finding.shapes import (
    AccessKey,
    Action,
    Container,
    Database,
    Detection,
    Finding,
    Kubernetes,
    KubernetesUser,
    MachineImage,
    Resource,
    Sequence,
    SequenceData,
    Service,
    Task,
)
from tidewaiter.sources.kubernetes_audit.principals import cluster_principal

# GuardDuty's userType -> what stands before the name in an ARN.  Paths of names are not told.
ARNS = {"IAMUser": "user/", "AssumedRole": "role/", "Role": "role/"}


def principal_of(finding: Finding) -> Principal | None:
    """Tell whose credentials were used: AWS's own, or else a user of the cluster."""
    resource = finding.resource or Resource()
    key = resource.access_key_details or AccessKey()
    who = _stable(finding, key)
    if who:
        name = _name(key)
        known = key.user_type in {*ARNS, "Root"}
        return Principal(
            id=who,
            name=None if name == who else name,
            type=key.user_type or None,
            account=(finding.account_id if known else None) or None,
        )
    user = _user(resource)
    return cluster_principal(user.username) if user.username else None


def _name(key: AccessKey) -> str | None:
    if key.user_type == "Root":
        return "root"
    role = ARNS.get(key.user_type or "") == "role/"
    return f"role {key.user_name}" if role and key.user_name else key.user_name or None


def _stable(finding: Finding, key: AccessKey) -> str | None:
    """Name a user or role as CloudTrail does, so that the two are one principal."""
    account = f"arn:{finding.partition or 'aws'}:iam::{finding.account_id}:"
    if finding.account_id and key.user_type == "Root":
        return f"{account}root"
    if finding.account_id and key.user_name and key.user_type in ARNS:
        return f"{account}{ARNS[key.user_type]}{key.user_name}"
    return (key.principal_id or "").partition(":")[0] or key.user_name or None


def credential_of(finding: Finding) -> Credential | None:
    """Tell the key, and the name of the session that it belongs to."""
    resource = finding.resource or Resource()
    key = resource.access_key_details or AccessKey()
    session = (key.principal_id or "").partition(":")[2]
    named = session or next(iter(_user(resource).session_name or ()), None)
    credential = Credential(id=key.access_key_id or None, issued_to=named or None)
    return None if credential == Credential() else credential


def _user(resource: Resource) -> KubernetesUser:
    return (resource.kubernetes_details or Kubernetes()).user or KubernetesUser()


def workload_of(resource: Resource) -> Workload | None:
    """Name the innermost thing that runs: a pod before its node."""
    return (
        _in_kubernetes(resource)
        or _in_ecs(resource)
        or _function(resource)
        or _instance(resource)
        or _container(resource)
    )


def _in_kubernetes(resource: Resource) -> Workload | None:
    told = (resource.kubernetes_details or Kubernetes()).workload
    if told is None or not told.name:
        return None
    cluster = resource.eks_cluster_details and resource.eks_cluster_details.name
    return Workload(
        (told.type or "pod").lower().removesuffix("s"),
        name=told.name,
        scope="/".join(part for part in (cluster, told.namespace) if part) or None,
    )


def _in_ecs(resource: Resource) -> Workload | None:
    cluster = resource.ecs_cluster_details
    if cluster is None or cluster.task_details is None:
        return None
    task = cluster.task_details
    return task_of(task.group, task.definition_arn, cluster.arn or cluster.name)


def _function(resource: Resource) -> Workload | None:
    told = resource.lambda_details
    return Workload("lambda function", name=told.function_name or None) if told else None


def _instance(resource: Resource) -> Workload | None:
    told = resource.instance_details
    if told is None or not told.instance_id:
        return None
    return Workload(
        "ec2 instance",
        name=told.instance_id,
        machine_type=told.instance_type or None,
        status=told.instance_state or None,
    )


def _container(resource: Resource) -> Workload | None:
    told = resource.container_details
    return Workload("container", name=told.name or None) if told else None


def images_of(finding: Finding) -> tuple[Image, ...]:
    """Name the images of the containers concerned, each once; without any, the machine image."""
    resource = finding.resource or Resource()
    containers = (*_containers(resource), *_in_sequence(finding))
    named = dict.fromkeys(each.image for each in containers if each.image)
    return tuple(map(parse_reference, filter(None, named))) or tuple(_machine_images(resource))


def _containers(resource: Resource) -> Iterator[Container]:
    if resource.container_details:
        yield resource.container_details
    pod = (resource.kubernetes_details or Kubernetes()).workload
    yield from (pod and pod.containers) or ()
    cluster = resource.ecs_cluster_details
    yield from ((cluster and cluster.task_details) or Task()).containers or ()


def _in_sequence(finding: Finding) -> Iterator[Container]:
    detection = (finding.service or Service()).detection or Detection()
    for each in (detection.sequence or Sequence()).resources or ():
        found = (each.data or SequenceData()).container
        if found:
            yield found


def _machine_images(resource: Resource) -> Iterator[Image]:
    """Name the AMI that is infected, or else that of the instance."""
    named = last_part((resource.ec2_image_details or MachineImage()).image_arn)
    found = named or (resource.instance_details and resource.instance_details.image_id)
    if found:
        yield Image(machine_image=found)


def stored_of(resource: Resource) -> Stored | None:
    """Name the first bucket, and the first object of it that is told."""
    for bucket in resource.s3_bucket_details or ():
        for found in bucket.objects or ():
            return Stored(bucket.name or None, found.key or None, digest=found.e_tag or None)
        return Stored(bucket.name or None)
    return None


def target_of(resource: Resource, action: Action) -> str | None:
    """Name what else is concerned: a database, a cluster, or what a call was about."""
    clusters = (resource.eks_cluster_details, resource.ecs_cluster_details)
    called = action.aws_api_call_action
    affected = (called and called.affected_resources) or {}
    found = (
        (resource.rds_db_instance_details or Database()).db_instance_arn,
        *(cluster.arn for cluster in clusters if cluster),
        *affected.values(),
    )
    return next(filter(None, found), None)
