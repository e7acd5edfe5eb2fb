"""Calls to Amazon EC2 that use a machine image: instances and launch templates.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html.  Auto Scaling and
fleets start instances by ``RunInstances``, too, so their own calls are not read.
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from tidewaiter.model import Activity, Image, Workload
from tidewaiter.sources.cloudtrail.call import Call, Told, Verbs, answered, requested
from tidewaiter.sources.interface import Ignored

KIND = "ec2 instance"
Version = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class State(Struct):
    """What an instance is: pending, running, shutting-down, terminated, stopping, stopped."""

    name: str | None = None


class Instance(Struct, rename="camel"):
    """One kind of instance asked for, or one instance started, or changed."""

    image_id: str | None = None
    instance_id: str | None = None
    instance_type: str | None = None
    instance_state: State | None = None  # of a new one
    current_state: State | None = None  # of one that was there


class Instances(Struct):
    """``{"items": [...]}``."""

    items: tuple[Instance, ...] | None = None


class Template(Struct, rename="camel"):
    """The launch template that a call names; ``version`` may be ``$Latest``."""

    launch_template_id: str | None = None
    launch_template_name: str | None = None
    version: str | Version | None = None


class Value(Struct):
    """An attribute's new value."""

    value: str | None = None


MachineType = Value | str | None  # wrapped in changes, and in what fleets ask for


class Run(Struct, rename="camel"):
    """Parameters and answer of RunInstances."""

    instances_set: Instances | None = None
    launch_template: Template | None = None
    instance_type: MachineType = None


class Spot(Struct, rename="camel"):
    """Parameters of RequestSpotInstances."""

    launch_specification: Instance | None = None


class AskedData(Struct):
    """A launch template's content as asked for: this family of calls writes in capitals."""

    ImageId: str | None = None


class Asked(Struct):
    """A launch template as asked for."""

    LaunchTemplateId: str | None = None
    LaunchTemplateName: str | None = None
    LaunchTemplateData: AskedData | None = None


class Ask(Struct):
    """Parameters, wrapped in the name of the request."""

    CreateLaunchTemplateRequest: Asked | None = None
    CreateLaunchTemplateVersionRequest: Asked | None = None


class Made(Struct, rename="camel"):
    """A launch template, or a version of it, as EC2 made it."""

    launch_template_id: str | None = None
    launch_template_name: str | None = None
    version_number: str | Version | None = None
    launch_template_data: Instance | None = None


class Wrapped(Struct, rename="camel"):
    """The answer within its wrapper."""

    launch_template: Made | None = None
    launch_template_version: Made | None = None


class Answer(Struct):
    """The answer, wrapped in the name of the response."""

    created: Wrapped | None = field(name="CreateLaunchTemplateResponse", default=None)
    versioned: Wrapped | None = field(name="CreateLaunchTemplateVersionResponse", default=None)


_RUN = msgspec.json.Decoder(Run)
_SPOT = msgspec.json.Decoder(Spot)
_ASK = msgspec.json.Decoder(Ask)
_ANSWER = msgspec.json.Decoder(Answer)


def _amis(instances: tuple[Instance, ...]) -> tuple[Image, ...]:
    """Return the distinct images; ``resolve:ssm:...`` is a question, the answer has the image."""
    ids = dict.fromkeys(each.image_id for each in instances)
    return tuple(Image(machine_image=each) for each in ids if each and each.startswith("ami-"))


def items_of(instances: Instances | None) -> tuple[Instance, ...]:
    """Return the instances of a set; AWS leaves its list out where it is empty."""
    return (instances and instances.items) or ()


def joined(texts: Iterable[str | None]) -> str | None:
    """Write each distinct text once: usually all instances of a call have one type and state."""
    return ", ".join(dict.fromkeys(text for text in texts if text)) or None


def workload_of(
    items: tuple[Instance, ...],
    definition: str | None = None,
    machine_type: MachineType = None,
) -> Workload:
    """Tell of several instances at once, so that one call stays one event."""
    asked = machine_type.value if isinstance(machine_type, Value) else machine_type
    states = (each.current_state or each.instance_state for each in items)
    return Workload(
        KIND,
        name=joined(each.instance_id for each in items),
        definition=definition,
        machine_type=joined(each.instance_type for each in items) or asked or None,
        status=joined(state.name for state in states if state),
    )


def _definition(template: Template | None) -> str | None:
    """Write ``lt-...:version``; without a version, EC2 takes the template's default."""
    if template is None:
        return None
    named = template.launch_template_id or template.launch_template_name
    version = "$Default" if template.version in {None, ""} else template.version
    return f"{named}:{version}" if named else None


def _run(call: Call) -> Told:
    asked, started = requested(call, _RUN), items_of(answered(call, _RUN).instances_set)
    wanted = items_of(asked.instances_set)
    return Told(
        activity=Activity.WORKLOAD_DEPLOYED,
        images=_amis(started) or _amis(wanted),
        workload=workload_of(started, _definition(asked.launch_template), asked.instance_type),
    )


def _request_spot(call: Call) -> Told | Ignored:
    wanted = requested(call, _SPOT).launch_specification
    images = _amis((wanted,)) if wanted else ()
    if not images:
        return Ignored("cloudtrail ec2.amazonaws.com without image")
    workload = Workload("ec2 spot request", machine_type=(wanted and wanted.instance_type) or None)
    return Told(activity=Activity.WORKLOAD_DEPLOYED, images=images, workload=workload)


def _define(call: Call) -> Told | Ignored:
    ask, answer = requested(call, _ASK), answered(call, _ANSWER)
    asked = ask.CreateLaunchTemplateRequest or ask.CreateLaunchTemplateVersionRequest or Asked()
    made = _made(answer)
    # A version made from an older one inherits its image, which only the answer tells.
    known = Instance((asked.LaunchTemplateData or AskedData()).ImageId)
    images = _amis((made.launch_template_data or known,)) or _amis((known,))
    if not images:
        return Ignored("cloudtrail ec2.amazonaws.com without image")
    named = made.launch_template_id or asked.LaunchTemplateId
    workload = Workload(
        "ec2 launch template",
        name=made.launch_template_name or asked.LaunchTemplateName or None,
        definition=f"{named}:{made.version_number}" if named and made.version_number else None,
    )
    return Told(activity=Activity.WORKLOAD_DEFINED, images=images, workload=workload)


def _made(answer: Answer) -> Made:
    if answer.created and answer.created.launch_template:
        template = answer.created.launch_template
        return Made(template.launch_template_id, template.launch_template_name, 1)
    return (answer.versioned and answer.versioned.launch_template_version) or Made()


VERBS: Verbs = {
    "RunInstances": _run,
    "RequestSpotInstances": _request_spot,
    "CreateLaunchTemplate": _define,
    "CreateLaunchTemplateVersion": _define,
}
