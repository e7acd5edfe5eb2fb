"""What is there in projects: repositories with their images, machine images, and what runs, as the
parts of a :class:`~tidewaiter.live.stock.Stock`.

For 1,000 repositories in 40 locations that is one call for each location, and for each repository
one for every 1,000 images: some 1,050 calls in any night, at ten a second.  Layers are not listed;
a manifest is read from the registry, which is another step.

Needed are artifactregistry.locations.list, artifactregistry.repositories.list,
artifactregistry.dockerimages.list, compute.images.list, compute.disks.list and run.services.list.
https://cloud.google.com/artifact-registry/docs/reference/rest
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import msgspec

from tidewaiter.errors import Unavailable
from tidewaiter.inventory import Place
from tidewaiter.live.stock import Part
from tidewaiter.sources.gcp_audit.artifact_registry import image_named
from tidewaiter_gcp.listing import Answer, Listing

_IMAGES = 100  # of a repository: the newest of those that have no tag
_PAGE = "1000"
_DISKS = "500"  # the most that Compute Engine lists at once
_KNATIVE = "/apis/serving.knative.dev/v1"

# Only what the readers of tidewaiter.inventory want is kept: the services also tell what changes by
# itself, and what nobody should (the environment of containers).
_MACHINE_IMAGE = ("selfLink", "id", "creationTimestamp")
_DISK = ("selfLink", "sizeGb", "sourceImage", "creationTimestamp", "users")
_METADATA = ("name", "creationTimestamp")
_LOCATION = "cloud.googleapis.com/location"


def parts(listings: Sequence[Listing]) -> Iterator[Part]:
    """Yield what can be learned of each project, repositories one by one.

    A project whose repositories cannot be listed has a part that says so when it is looked at.
    Raises :class:`~tidewaiter.errors.Unavailable` if those of no project can.
    """
    away: list[Unavailable] = []
    for listing in listings:
        place = Place(account=listing.project)
        kinds = {"disks": _disks, "images": _machine_images, "run": _run_services}
        for name, look in kinds.items():
            yield Part(name=f"{listing.project} {name}", place=place, look=partial(look, listing))
        try:
            for repository in _repositories(listing):
                look = partial(_docker_images, listing, repository)
                yield Part(name=f"{listing.project} {repository}", place=place, look=look)
        except Unavailable as error:
            away.append(error)
            unlisted = partial(_unlisted, error)
            yield Part(name=f"{listing.project} repositories", place=place, look=unlisted)
    if len(away) == len(listings):
        raise away[0]


def _unlisted(why: Unavailable) -> Iterator[bytes]:
    raise why


def _repositories(listing: Listing) -> Iterator[str]:
    """The names of all repositories for Docker, location by location."""
    where = f"/v1/projects/{listing.project}/locations"
    for page in listing.pages("artifactregistry", where):
        for location in page.get("locations", ()):
            path = f"/v1/{location['name']}/repositories"
            for found in listing.pages("artifactregistry", path, pageSize=_PAGE):
                for one in found.get("repositories", ()):
                    if one.get("format") == "DOCKER":
                        yield one["name"]


def _docker_images(listing: Listing, repository: str) -> Iterator[bytes]:
    path = f"/v1/{repository}/dockerImages"
    found = [
        version
        for page in listing.pages("artifactregistry", path, pageSize=_PAGE)
        for one in page.get("dockerImages", ())
        if (version := _version(one))
    ]
    newest = sorted(found, key=lambda one: (one["updateTime"], one["version"]), reverse=True)
    tagged = [one for one in newest if one["tags"]]
    others = [one for one in newest if not one["tags"]]
    yield msgspec.json.encode([*tagged, *others[:_IMAGES]])


def _version(told: Answer) -> Answer | None:
    """As gcloud prints it: packages are named as images are in logs."""
    image = image_named(told["name"])
    if not image.home or not image.digest:
        return None
    return {
        "package": image.home,
        "version": image.digest,
        "tags": sorted(told.get("tags", ())),
        "updateTime": told.get("updateTime") or told["uploadTime"],
    }


def _machine_images(listing: Listing) -> Iterator[bytes]:
    path = f"/compute/v1/projects/{listing.project}/global/images"
    for page in listing.pages("compute", path, maxResults=_DISKS):
        yield msgspec.json.encode(_each(page.get("items", ()), _MACHINE_IMAGE))


def _disks(listing: Listing) -> Iterator[bytes]:
    """The disks that instances have, in all zones."""
    path = f"/compute/v1/projects/{listing.project}/aggregated/disks"
    for page in listing.pages("compute", path, maxResults=_DISKS, returnPartialSuccess="true"):
        for zone in page.get("items", {}).values():
            used = [one for one in zone.get("disks", ()) if one.get("users")]
            yield msgspec.json.encode(_each(used, _DISK))


def _run_services(listing: Listing) -> Iterator[bytes]:
    """The services of all regions."""
    path = f"{_KNATIVE}/namespaces/{listing.project}/services"
    for page in listing.pages("run", path):
        yield msgspec.json.encode([_service(one) for one in page.get("items", ())])


def _service(told: Answer) -> Answer:
    metadata, containers = told["metadata"], told["spec"]["template"]["spec"]["containers"]
    where = metadata.get("labels", {}).get(_LOCATION)
    images = _each(containers, ("image",))
    return {
        "apiVersion": "serving.knative.dev/v1",
        "metadata": {**_only(metadata, _METADATA), "labels": {_LOCATION: where} if where else {}},
        "spec": {"template": {"spec": {"containers": images}}},
    }


def _each(values: Iterable[Answer], names: Sequence[str]) -> list[Answer]:
    return [_only(one, names) for one in values]


def _only(value: Answer, names: Sequence[str]) -> Answer:
    return {name: value[name] for name in names if name in value}
