"""Image references as people and manifests write them.

The grammar is the distribution project's:
https://github.com/distribution/reference/blob/main/reference.go
"""

from tidewaiter.model import Image

DOCKER_HUB = "docker.io"


def parse_reference(text: str) -> Image:
    """Read ``[host/]path[:tag][@digest]``; no tag and no digest means the tag ``latest``.

    >>> parse_reference("nginx").reference
    'docker.io/library/nginx:latest'
    >>> parse_reference("shop.azurecr.io/web@sha256:ab").reference
    'shop.azurecr.io/web@sha256:ab'
    """
    name, _, digest = text.strip().partition("@")
    head, slash, rest = name.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost"):
        registry, path = head.lower(), rest
    else:
        registry, path = DOCKER_HUB, name
    path, _, tag = path.partition(":")
    if registry in {DOCKER_HUB, "index.docker.io", "registry-1.docker.io"}:
        registry = DOCKER_HUB
        path = path if "/" in path else f"library/{path}"
    return Image(
        registry=registry,
        repository=path,
        tag=tag or (None if digest else "latest"),
        digest=digest or None,
    )
