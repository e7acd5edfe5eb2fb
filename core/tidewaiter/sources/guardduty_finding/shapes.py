"""The members of a GuardDuty finding that we use; of a resource, only what its type has is there.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
"""

from typing import Annotated

from msgspec import Meta, Struct, field

Port = Annotated[int, Meta(ge=0, le=65535)]


class AccessKey(Struct, frozen=True, rename="camel"):
    """The credentials that a call was made with."""

    access_key_id: str | None = None
    principal_id: str | None = None
    user_name: str | None = None
    user_type: str | None = None


class Container(Struct, frozen=True):
    """A container, wherever it runs."""

    name: str | None = None
    image: str | None = None


class KubernetesUser(Struct, frozen=True, rename="camel"):
    """Who called the API of a cluster."""

    username: str | None = None
    session_name: tuple[str, ...] | None = None


class KubernetesWorkload(Struct, frozen=True):
    """What runs in a cluster; ``type`` is ``pods``, ``Deployment`` and the like."""

    name: str | None = None
    type: str | None = None
    namespace: str | None = None
    containers: tuple[Container, ...] | None = None


class Kubernetes(Struct, frozen=True):
    """What is known of the inside of a cluster."""

    user: KubernetesUser | None = field(name="kubernetesUserDetails", default=None)
    workload: KubernetesWorkload | None = field(name="kubernetesWorkloadDetails", default=None)


class Task(Struct, frozen=True, rename="camel"):
    """A task of ECS."""

    definition_arn: str | None = None
    group: str | None = None
    containers: tuple[Container, ...] | None = None


class Cluster(Struct, frozen=True, rename="camel"):
    """A cluster of EKS or ECS; only the latter's has a task."""

    name: str | None = None
    arn: str | None = None
    task_details: Task | None = None


class Instance(Struct, frozen=True, rename="camel"):
    """An instance of EC2."""

    instance_id: str | None = None
    instance_type: str | None = None
    instance_state: str | None = None
    image_id: str | None = None


class MachineImage(Struct, frozen=True, rename="camel"):
    """An AMI."""

    image_arn: str | None = None


class StoredObject(Struct, frozen=True, rename="camel"):
    """An object in a bucket."""

    key: str | None = None
    e_tag: str | None = None


class Bucket(Struct, frozen=True):
    """A bucket, and the objects in it that the finding is about."""

    name: str | None = None
    objects: tuple[StoredObject, ...] | None = field(name="s3ObjectDetails", default=None)


class Function(Struct, frozen=True, rename="camel"):
    """A function of Lambda."""

    function_name: str | None = None


class Database(Struct, frozen=True, rename="camel"):
    """A database of RDS."""

    db_instance_arn: str | None = None


class Resource(Struct, frozen=True, rename="camel"):
    """What the finding is about."""

    access_key_details: AccessKey | None = None
    container_details: Container | None = None
    kubernetes_details: Kubernetes | None = None
    eks_cluster_details: Cluster | None = None
    ecs_cluster_details: Cluster | None = None
    instance_details: Instance | None = None
    ec2_image_details: MachineImage | None = None
    s3_bucket_details: tuple[Bucket, ...] | None = None
    lambda_details: Function | None = None
    rds_db_instance_details: Database | None = None


class Address(Struct, frozen=True):
    """An address; where it is, the operator's own files say."""

    v4: str | None = field(name="ipAddressV4", default=None)
    v6: str | None = field(name="ipAddressV6", default=None)


class PortDetails(Struct, frozen=True):
    """A port."""

    port: Port | None = None


class Domain(Struct, frozen=True):
    """A name instead of an address: AWS's own service calls."""

    domain: str | None = None


class Call(Struct, frozen=True, rename="camel"):
    """A call of an API, of a cluster's API, or an attempt to log in to a database."""

    remote_ip_details: Address | None = None
    domain_details: Domain | None = None
    user_agent: str | None = None
    affected_resources: dict[str, str | None] | None = None


class Connection(Struct, frozen=True, rename="camel"):
    """A connection, or one of several probes of ports."""

    connection_direction: str | None = None
    blocked: bool | None = None
    protocol: str | None = None
    local_ip_details: Address | None = None
    local_port_details: PortDetails | None = None
    remote_ip_details: Address | None = None
    remote_port_details: PortDetails | None = None


class Probes(Struct, frozen=True, rename="camel"):
    """Probes of ports."""

    port_probe_details: tuple[Connection, ...] | None = None


class Action(Struct, frozen=True, rename="camel"):
    """What was done; by its type, one member is there."""

    aws_api_call_action: Call | None = None
    kubernetes_api_call_action: Call | None = None
    rds_login_attempt_action: Call | None = None
    network_connection_action: Connection | None = None
    port_probe_action: Probes | None = None


class SequenceData(Struct, frozen=True):
    """What is known of one resource of an attack sequence."""

    container: Container | None = None


class SequenceResource(Struct, frozen=True):
    """One of the resources that an attack went through."""

    data: SequenceData | None = None


class Sequence(Struct, frozen=True):
    """An attack in several steps."""

    resources: tuple[SequenceResource, ...] | None = None


class Detection(Struct, frozen=True):
    """How it was detected."""

    sequence: Sequence | None = None


class Service(Struct, frozen=True):
    """What GuardDuty says beside the resource."""

    action: Action | None = None
    archived: bool | None = None
    detection: Detection | None = None


class Finding(Struct, frozen=True, rename="camel"):
    """One state of one finding."""

    id: str
    type: str
    severity: Annotated[float, Meta(ge=0, le=10)]
    account_id: str | None = None
    arn: str | None = None
    partition: str | None = None
    region: str | None = None
    title: str | None = None
    updated_at: str | None = None
    resource: Resource | None = None
    service: Service | None = None
