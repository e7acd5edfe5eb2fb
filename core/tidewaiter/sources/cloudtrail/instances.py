"""Calls to Amazon EC2 that use a machine image: instances and launch templates.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html.  Auto Scaling and
fleets start instances by ``RunInstances``, too, so their own calls are not read.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from tidewaiter.model import Activity, Image, Workload
from tidewaiter.sources.cloudtrail.call import Call, Told, Verbs, answered, requested
from tidewaiter.sources.interface import Ignored

Version = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class Instance(Struct, rename="camel"):
    """One kind of instance asked for, or one instance started."""

    image_id: str | None = None
    instance_id: str | None = None


class Instances(Struct):
    """``{"items": [...]}``."""

    items: tuple[Instance, ...] | None = None


class Template(Struct, rename="camel"):
    """The launch template that a call names; ``version`` may be ``$Latest``."""

    launch_template_id: str | None = None
    launch_template_name: str | None = None
    version: str | Version | None = None


class Run(Struct, rename="camel"):
    """Parameters and answer of RunInstances."""

    instances_set: Instances | None = None
    launch_template: Template | None = None


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


def _items(run: Run) -> tuple[Instance, ...]:
    return (run.instances_set and run.instances_set.items) or ()


def _definition(template: Template | None) -> str | None:
    """Write ``lt-...:version``; without a version, EC2 takes the template's default."""
    if template is None:
        return None
    named = template.launch_template_id or template.launch_template_name
    version = "$Default" if template.version in {None, ""} else template.version
    return f"{named}:{version}" if named else None


def _run(call: Call) -> Told:
    asked, started = requested(call, _RUN), _items(answered(call, _RUN))
    names = ", ".join(each.instance_id for each in started if each.instance_id)
    workload = Workload(
        "ec2 instance", name=names or None, definition=_definition(asked.launch_template)
    )
    images = _amis(started) or _amis(_items(asked))
    return Told(activity=Activity.WORKLOAD_DEPLOYED, images=images, workload=workload)


def _request_spot(call: Call) -> Told | Ignored:
    wanted = requested(call, _SPOT).launch_specification
    images = _amis((wanted,)) if wanted else ()
    if not images:
        return Ignored("cloudtrail ec2.amazonaws.com without image")
    workload = Workload("ec2 spot request")
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
