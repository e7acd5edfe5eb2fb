"""Names in Google Cloud: registries and their repositories, machine images, members, principals.

Resource names: https://cloud.google.com/apis/design/resource_names
Image names: https://cloud.google.com/artifact-registry/docs/docker/names
Members: https://cloud.google.com/iam/docs/principal-identifiers
"""

import re

from tidewaiter.model import Grant, Image, Principal

_MACHINE_IMAGE = re.compile(
    r"(?:projects/(?P<project>[^/]+)/)?global/(?P<path>(?:images|machineImages)/(?:family/)?[^/]+)$"
)
_API_HOST = re.compile(r"https?://[^/]+/compute/[^/]+/")
_BUCKET = re.compile(
    r"(?:(?P<region>us|eu|asia)\.)?artifacts\."
    r"(?P<project>[^.]+)(?:\.(?P<domain>.+)\.a)?\.appspot\.com$"
)
_OWN_ACCOUNT = re.compile(
    r"(?:service-(?P<number>\d+)@.+"
    r"|[^@]+@(?P<project>[^.@]+)\.iam"
    r"|(?P<builtin>[^@]+?)(?:-compute)?@(?:developer|appspot|cloudservices|cloudbuild))"
    r"\.gserviceaccount\.com$"
)
_SHARD = re.compile(r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev$")
_GOOGLE = "system@google.com"  # maintenance, and whatever else Google does by itself
_PLACE = re.compile(r"/?projects/[^/]+/(?:locations|regions|zones)/([^/]+)")
_PROJECT_ROLES = ("projectOwner", "projectEditor", "projectViewer")


def place_in(name: str | None) -> str | None:
    """Tell the zone, region or multi-region that a resource's name carries.

    >>> place_in("projects/shop/zones/us-east1-b/instances/web"), place_in("projects/shop")
    ('us-east1-b', None)
    """
    found = _PLACE.match(name or "")
    return None if found is None or found[1] == "global" else found[1]


def registry_host(location: str | None, repository: str) -> str | None:
    """Where images of an Artifact Registry repository are pushed to.

    A repository called ``gcr.io`` or ``us.gcr.io`` answers under that name:
    https://cloud.google.com/artifact-registry/docs/transition/setup-gcr-repo

    >>> registry_host("europe-west1", "apps"), registry_host("us", "gcr.io")
    ('europe-west1-docker.pkg.dev', 'gcr.io')
    """
    if repository == "gcr.io" or repository.endswith(".gcr.io"):
        return repository
    return f"{location}-docker.pkg.dev" if location else None


def docker_path(project: str, repository: str, image: str | None = None) -> str:
    """Name a repository as Docker does; a domain-scoped project loses its colon.

    >>> docker_path("example.com:shop", "apps", "web"), docker_path("shop", "gcr.io", "web")
    ('example.com/shop/apps/web', 'shop/web')
    """
    legacy = repository == "gcr.io" or repository.endswith(".gcr.io")
    parts = (project.replace(":", "/"), None if legacy else repository, image)
    return "/".join(part for part in parts if part)


def location_of(registry: str | None) -> str | None:
    """Tell the location that a registry's host name carries.

    >>> location_of("europe-west1-docker.pkg.dev"), location_of("eu.gcr.io"), location_of("gcr.io")
    ('europe-west1', 'eu', None)
    """
    found = _SHARD.match(registry or "")
    if found:
        return found["location"]
    shard, dot, _ = (registry or "").rpartition(".gcr.io")
    return shard if dot else None


def project_of(repository: str | None) -> str | None:
    """Tell the project that a repository's path begins with.

    >>> project_of("shop/apps/web"), project_of("example.com/shop/apps/web")
    ('shop', 'example.com:shop')
    """
    head, _, rest = (repository or "").partition("/")
    if "." in head and rest:
        return f"{head}:{rest.partition('/')[0]}"
    return head or None


def bucket_registry(bucket: str) -> Image | None:
    """Name the Container Registry whose content a bucket holds, or ``None`` for any other bucket.

    >>> bucket_registry("eu.artifacts.shop.appspot.com").home
    'eu.gcr.io/shop'
    >>> bucket_registry("artifacts.shop.example.com.a.appspot.com").home
    'gcr.io/example.com/shop'
    """
    found = _BUCKET.match(bucket)
    if found is None:
        return None
    project = "/".join(part for part in (found["domain"], found["project"]) if part)
    host = ".".join(part for part in (found["region"], "gcr.io") if part)
    return Image(registry=host, repository=project)


def compute_name(text: str) -> str:
    """Strip the API's address from a resource link.

    >>> compute_name("https://www.googleapis.com/compute/v1/projects/p/zones/z/disks/d")
    'projects/p/zones/z/disks/d'
    """
    return _API_HOST.sub("", text, count=1)


def machine_image(text: str, project: str | None) -> Image | None:
    """Read a machine image's link, full or relative to ``project``; ``None`` if it is no image.

    >>> machine_image("global/images/base-1", "shop").reference
    'projects/shop/global/images/base-1'
    """
    found = _MACHINE_IMAGE.search(text)
    owner = (found["project"] or project) if found else None
    if found is None or owner is None:
        return None
    return Image(
        machine_image=f"projects/{owner}/global/{found['path']}",
        name=None if "/family/" in found["path"] else found["path"].rpartition("/")[2],
    )


def member_grant(member: str, role: str | None = None) -> Grant | None:
    """Say to whom a policy member opens; ``None`` for one that was deleted since.

    >>> member_grant("allUsers"), member_grant("domain:example.com").to
    (Grant(kind='public', to='allUsers'), 'example.com')
    """
    kind, colon, name = member.partition(":")
    if kind in ("allUsers", "allAuthenticatedUsers"):
        return Grant("public", kind, role)
    if kind == "deleted" or not member:
        return None
    if kind == "domain":
        return Grant("domain", name.lower(), role)
    if kind in _PROJECT_ROLES:
        return Grant("project", name, role)
    if kind in ("user", "group", "serviceAccount") and colon:
        return Grant("principal", name.lower(), role)
    return Grant("principal", member, role)


def principal(name: str | None) -> Principal | None:
    """Read who acted from an e-mail address, a ``principal://`` subject or a Kubernetes name."""
    if not name:
        return None
    local, at, domain = name.partition("@")
    if name.startswith(("principal://", "principalSet://")):
        subject = name.partition("/subject/")[2] or name.rpartition("/")[2]
        return Principal(id=name, name=subject or None, type="FederatedIdentity")
    if not at:
        return Principal(id=name)
    if name == _GOOGLE:
        return Principal(id=name, name="Google", type="ServiceAccount")
    if not domain.lower().endswith("gserviceaccount.com"):
        return Principal(id=name.lower(), name=local, type="User")
    return Principal(
        id=name.lower(),
        name=f"service account {local}",
        type="ServiceAccount",
        account=own_account(name.lower()),
    )


def own_account(email: str) -> str | None:
    """Tell the project (its id or, where only that shows, its number) of a service account."""
    found = _OWN_ACCOUNT.match(email)
    return found["number"] or found["project"] or found["builtin"] if found else None
