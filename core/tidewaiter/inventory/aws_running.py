"""What ``aws ec2 describe-instances`` and ``aws lambda get-function`` tell to run.

https://docs.aws.amazon.com/cli/latest/reference/ec2/describe-instances.html and
https://docs.aws.amazon.com/cli/latest/reference/lambda/get-function.html
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.inventory.interface import Place, Reader, Thing, Time, utc
from tidewaiter.model import Image, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.amazon import parse_arn

_GONE = frozenset({"shutting-down", "terminated"})


class _State(Struct, rename="pascal"):
    name: str | None = None


class _Instance(Struct, rename="pascal"):
    instance_id: str
    image_id: str | None = None
    launch_time: Time = None
    state: _State | None = None


class _Reservation(Struct, rename="pascal"):
    owner_id: str | None = None
    instances: tuple[_Instance, ...] = ()


class _Reservations(Struct, rename="pascal"):
    reservations: tuple[_Reservation, ...]


class _Configuration(Struct, rename="pascal"):
    function_name: str
    function_arn: str | None = None
    last_modified: Time = None


class _Code(Struct, frozen=True, rename="pascal"):
    image_uri: str | None = None
    resolved_image_uri: str | None = None


class _Function(Struct, rename="pascal"):
    configuration: _Configuration
    code: _Code = _Code()


_RESERVATIONS, _FUNCTION = Decoder(_Reservations), Decoder(_Function)


def _instances(raw: bytes, place: Place) -> Iterator[Thing]:
    for reservation in decode(_RESERVATIONS, raw).reservations:
        for one in reservation.instances:
            if one.image_id and not (one.state and one.state.name in _GONE):
                yield Thing(
                    provider="aws",
                    images=(Image(machine_image=one.image_id),),
                    since=utc(one.launch_time),
                    workload=Workload("ec2 instance", one.instance_id),
                    account=reservation.owner_id,
                    region=place.region,
                )


def _function(raw: bytes, place: Place) -> Iterator[Thing]:
    """Read one function; nothing if it is no image."""
    one = decode(_FUNCTION, raw)
    if not one.code.image_uri:
        return
    image = parse_reference(one.code.image_uri)
    # A tag is resolved when the function is changed, and runs that digest ever after.
    resolved = (one.code.resolved_image_uri or "").rpartition("@")[2]
    arn = parse_arn(one.configuration.function_arn)
    yield Thing(
        provider="aws",
        images=(replace(image, digest=image.digest or resolved or None),),
        since=utc(one.configuration.last_modified),
        workload=Workload("lambda function", one.configuration.function_name),
        account=arn.account if arn else None,
        region=arn.region if arn else place.region,
    )


MEMBERS: dict[str, Reader] = {"Reservations": _instances, "Configuration": _function}
"""The readers, by the member that only their listing has."""
