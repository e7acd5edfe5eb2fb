"""Calls to Amazon ECR, private and public.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html

``GetDownloadUrlForLayer`` and ``BatchCheckLayerAvailability`` are left out: they name a layer,
no image, and ``BatchGetImage`` comes before the first.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.errors import Malformed
from tidewaiter.manifests import Manifest, read_manifest
from tidewaiter.model import Activity, Image, Layer
from tidewaiter.sources.amazon import PUBLIC_REGISTRY, ecr_host, parse_arn
from tidewaiter.sources.cloudtrail.call import (
    Call,
    Reader,
    Told,
    Verbs,
    answered,
    concerned,
    detailed,
    requested,
)

LISTING = (
    "DescribeImageTags",
    "DescribeImages",
    "DescribeRegistries",
    "DescribeRegistry",
    "DescribeRepositories",
    "GetRegistryPolicy",
    "GetRepositoryPolicy",
    "ListImages",
)
CHANGING = (
    "CreateRepositoryCreationTemplate",
    "DeleteLifecyclePolicy",
    "DeleteRepository",
    "DeleteRepositoryCreationTemplate",
    "PutAccountSetting",
    "PutLifecyclePolicy",
    "PutRegistryCatalogData",
    "PutRepositoryCatalogData",
    "UpdateRepositoryCreationTemplate",
)


class ImageId(Struct, rename="camel"):
    """A digest, a tag, or both."""

    image_digest: str | None = None
    image_tag: str | None = None


class Request(Struct, rename="camel"):
    """What callers send, whatever the verb."""

    registry_id: str | None = None
    repository_name: str | None = None
    repository_names: tuple[str, ...] | None = None
    image_tag: str | None = None
    image_digest: str | None = None
    image_manifest: str | None = None
    image_manifest_media_type: str | None = None
    image_ids: tuple[ImageId, ...] | None = None
    layer_digests: tuple[str, ...] | None = None


class Pushed(Struct, rename="camel"):
    """The image as ECR stored it."""

    image_id: ImageId | None = None


class Failure(Struct, rename="camel"):
    """Why one image of a batch was left as it was."""

    failure_code: str | None = None
    failure_reason: str | None = None


class Answer(Struct, rename="camel"):
    """What ECR answers."""

    image: Pushed | None = None
    image_ids: tuple[ImageId, ...] | None = None
    failures: tuple[Failure, ...] | None = None


class Details(Struct, rename="camel"):
    """What ECR did by itself: it makes repositories for what it pulls through or is sent."""

    repository_name: str | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)
_DETAILS = msgspec.json.Decoder(Details)


def home_of(call: Call, request: Request) -> Image:
    """Name the repository, from ``resources`` where the parameters were too large to be logged,
    and from the details where nobody asked.
    """
    arns = [parse_arn(text) for text in concerned(call)]
    arn = next((arn for arn in arns if arn and arn.resource.startswith("repository/")), None)
    owner = request.registry_id or (arn and arn.account) or call.account
    name = request.repository_name or (arn and arn.resource.removeprefix("repository/"))
    name = name or detailed(call, _DETAILS).repository_name or None
    if call.event_source == "ecr-public.amazonaws.com":
        # People pull by an alias that no record carries; the owner keeps equal names apart.
        return Image(registry=PUBLIC_REGISTRY, repository=name and f"{owner}/{name}")
    return Image(registry=ecr_host(owner, call.aws_region), repository=name)


def repositories_of(call: Call) -> tuple[Image, ...]:
    """Name the repositories, or else the registry, that a call was about."""
    request = requested(call, _REQUEST)
    home = home_of(call, request)
    names = request.repository_names or ()
    if home.repository is None:
        return tuple(
            home_of(call, replace(request, repository_name=name)) for name in names if name
        )
    return (home,)


def _images(home: Image, ids: tuple[ImageId, ...] | None) -> tuple[Image, ...]:
    return tuple(
        replace(home, digest=each.image_digest or None, tag=each.image_tag or None)
        for each in ids or ()
    )


def _manifest(call: Call, request: Request) -> Manifest:
    if not request.image_manifest:
        return Manifest()
    try:
        return read_manifest(request.image_manifest, "$.requestParameters.imageManifest")
    except Malformed:
        # ECR refused it, and so would we; that somebody tried is still worth knowing.
        if call.failed:
            return Manifest()
        raise


def _put_image(call: Call) -> Told:
    request, answer = requested(call, _REQUEST), answered(call, _ANSWER)
    home = home_of(call, request)
    if home.repository is None and not call.failed:
        raise Malformed("a push without a repository", "$.requestParameters.repositoryName")
    stored = (answer.image and answer.image.image_id) or ImageId()
    manifest = _manifest(call, request)
    image = replace(
        home,
        tag=stored.image_tag or request.image_tag or None,
        digest=stored.image_digest or request.image_digest or manifest.digest or None,
        media_type=manifest.media_type or request.image_manifest_media_type or None,
        layers=manifest.layers,
        children=manifest.children,
        artifact=manifest.artifact,
    )
    return Told(activity=Activity.IMAGE_PUSHED, images=(image,))


def _upload_layer(call: Call) -> Told:
    request = requested(call, _REQUEST)
    layers = tuple(Layer(digest) for digest in request.layer_digests or ())
    return Told(
        activity=Activity.LAYER_UPLOADED, images=(replace(home_of(call, request), layers=layers),)
    )


def _pull(call: Call) -> Told:
    request = requested(call, _REQUEST)
    home = home_of(call, request)
    return Told(activity=Activity.IMAGE_PULLED, images=_images(home, request.image_ids) or (home,))


def _delete(call: Call) -> Told:
    """Read a deletion: asked by tag only, ECR takes the tag away and maybe leaves the image."""
    request, answer = requested(call, _REQUEST), answered(call, _ANSWER)
    asked = request.image_ids or ()
    by_digest = any(each.image_digest for each in asked)
    home = home_of(call, request)
    nothing_done = answer.image_ids == () and answer.failures
    return Told(
        activity=Activity.IMAGE_DELETED if by_digest or not asked else Activity.IMAGE_UNTAGGED,
        images=_images(home, answer.image_ids or asked) or (home,),
        error=_refusal(answer.failures[0]) if nothing_done and answer.failures else None,
    )


def _refusal(failure: Failure) -> str:
    return ": ".join(filter(None, (failure.failure_code, failure.failure_reason))) or "failed"


def _log_in(_: Call) -> Told:
    # One token opens every registry that the caller may read, so it names none.
    return Told(activity=Activity.REGISTRY_LOGIN)


def _about(activity: Activity) -> Reader:
    return lambda call: Told(activity=activity, images=repositories_of(call))


VERBS: Verbs = {
    "PutImage": _put_image,
    "InitiateLayerUpload": _upload_layer,
    "UploadLayerPart": _upload_layer,
    "CompleteLayerUpload": _upload_layer,
    "BatchGetImage": _pull,
    "BatchDeleteImage": _delete,
    "GetAuthorizationToken": _log_in,
    **dict.fromkeys(LISTING, _about(Activity.REGISTRY_LISTED)),
    **dict.fromkeys(CHANGING, _about(Activity.REGISTRY_CHANGED)),
}
