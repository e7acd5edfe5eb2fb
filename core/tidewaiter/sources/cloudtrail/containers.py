"""Calls that define or run containers: Amazon ECS, and Lambda functions made from an image.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/logging-using-cloudtrail.html,
https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.model import Activity, Image, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.amazon import last_part
from tidewaiter.sources.cloudtrail.call import Call, Told, Verbs, answered, requested
from tidewaiter.sources.interface import Ignored


class Container(Struct, rename="camel"):
    """A container, defined or running; ``image_digest`` is known once the image was pulled."""

    image: str | None = None
    image_digest: str | None = None


class TaskDefinition(Struct, rename="camel"):
    """A revision of a task definition."""

    task_definition_arn: str | None = None
    container_definitions: tuple[Container, ...] | None = None


class Task(Struct, rename="camel"):
    """A task as ECS placed it."""

    task_definition_arn: str | None = None
    cluster_arn: str | None = None
    containers: tuple[Container, ...] | None = None


class Failure(Struct):
    """Why a task was not placed."""

    reason: str | None = None


class Service(Struct, rename="camel"):
    """A service, or a task set of one, as ECS made it."""

    service_name: str | None = None
    service_arn: str | None = None
    cluster_arn: str | None = None
    task_definition: str | None = None


class Request(Struct, rename="camel"):
    """What callers send to ECS; names or ARNs, as they like."""

    family: str | None = None
    container_definitions: tuple[Container, ...] | None = None
    cluster: str | None = None
    service: str | None = None
    service_name: str | None = None
    task_definition: str | None = None


class Registered(Struct, rename="camel"):
    """The answer of RegisterTaskDefinition."""

    task_definition: TaskDefinition | None = None


class Placed(Struct, rename="camel"):
    """The answer of RunTask and StartTask."""

    tasks: tuple[Task, ...] | None = None
    failures: tuple[Failure, ...] | None = None


class Served(Struct, rename="camel"):
    """The answer of CreateService, UpdateService and CreateTaskSet."""

    service: Service | None = None
    task_set: Service | None = None


class Code(Struct, rename="camel"):
    """Where a function's code is."""

    image_uri: str | None = None


class FunctionRequest(Struct, rename="camel"):
    """What callers send to Lambda; ``code`` on creation, ``image_uri`` on update."""

    function_name: str | None = None
    code: Code | None = None
    image_uri: str | None = None


_REQUEST = msgspec.json.Decoder(Request)
_REGISTERED = msgspec.json.Decoder(Registered)
_PLACED = msgspec.json.Decoder(Placed)
_SERVED = msgspec.json.Decoder(Served)
_FUNCTION = msgspec.json.Decoder(FunctionRequest)


def images_of(containers: Iterable[Container]) -> tuple[Image, ...]:
    """Name the distinct images of containers, with the digest where ECS knows it."""
    found: dict[Image, None] = {}
    for each in containers:
        if each.image:
            image = parse_reference(each.image)
            found[replace(image, digest=each.image_digest or image.digest)] = None
    return tuple(found)


def family_of(definition: str | None) -> str | None:
    """Name the family in a task definition's ARN or ``family:revision``."""
    return (last_part(definition) or "").partition(":")[0] or None


def _register(call: Call) -> Told:
    request = requested(call, _REQUEST)
    made = answered(call, _REGISTERED).task_definition or TaskDefinition()
    containers = request.container_definitions or made.container_definitions or ()
    workload = Workload(
        "ecs task definition",
        name=last_part(made.task_definition_arn) or request.family or None,
        definition=made.task_definition_arn or None,
    )
    return Told(activity=Activity.WORKLOAD_DEFINED, images=images_of(containers), workload=workload)


def _run_task(call: Call) -> Told:
    request, answer = requested(call, _REQUEST), answered(call, _PLACED)
    tasks = answer.tasks or ()
    first = next(iter(tasks), Task())
    definition = first.task_definition_arn or request.task_definition or None
    refused = next(iter(answer.failures or ()), None) if not tasks else None
    return Told(
        activity=Activity.WORKLOAD_DEPLOYED,
        images=images_of(each for task in tasks for each in task.containers or ()),
        workload=Workload(
            "ecs task",
            name=family_of(definition),
            scope=_cluster(first.cluster_arn, request),
            definition=definition,
        ),
        error=(refused.reason or "not placed") if refused else None,
    )


def _serve(call: Call) -> Told:
    request, answer = requested(call, _REQUEST), answered(call, _SERVED)
    made = answer.service or answer.task_set or Service()
    name = made.service_name or last_part(made.service_arn)
    return Told(
        activity=Activity.WORKLOAD_DEPLOYED,
        workload=Workload(
            "ecs service",
            name=name or last_part(request.service) or request.service_name or None,
            scope=_cluster(made.cluster_arn, request),
            definition=made.task_definition or request.task_definition or None,
        ),
    )


def _cluster(arn: str | None, request: Request) -> str:
    return last_part(arn) or last_part(request.cluster) or "default"  # ECS's own default


def _deploy_function(call: Call) -> Told | Ignored:
    request = requested(call, _FUNCTION)
    uri = request.image_uri or (request.code and request.code.image_uri)
    if not uri:
        return Ignored("cloudtrail lambda.amazonaws.com without image")
    # NAME, NAME:ALIAS, or an ARN that ends so.
    name = (request.function_name or "").rpartition(":function:")[2].partition(":")[0] or None
    return Told(
        activity=Activity.WORKLOAD_DEPLOYED,
        images=(parse_reference(uri),),
        workload=Workload("lambda function", name=name),
    )


ECS_VERBS: Verbs = {
    "RegisterTaskDefinition": _register,
    "RunTask": _run_task,
    "StartTask": _run_task,
    "CreateService": _serve,
    "UpdateService": _serve,
    "CreateTaskSet": _serve,
}
LAMBDA_VERBS: Verbs = {  # the dates are versions of Lambda's interface
    "CreateFunction20150331": _deploy_function,
    "UpdateFunctionCode20150331v2": _deploy_function,
}
