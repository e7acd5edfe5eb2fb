"""Image manifests and indexes, as registries receive them and as some logs carry them.

Formats: https://github.com/opencontainers/image-spec/blob/main/manifest.md, its
``image-index.md``, and https://distribution.github.io/distribution/spec/manifest-v2-2/.
"""

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from tidewaiter.decoding import decode
from tidewaiter.model import Layer

# Anything larger than 64 bits could not be written down again.
Size = Annotated[int, Meta(ge=0, le=2**63 - 1)]

# A runtime starts only what has one of these configs; "octet-stream" is from Docker before 1.10.
RUNNABLE_CONFIGS = frozenset(
    {
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.wasm.config.v0+json",
        "application/octet-stream",
    }
)
# "There is no config": then the artifact type says what the manifest holds.
EMPTY_CONFIG = "application/vnd.oci.empty.v1+json"
CACHE_CONFIG = "application/vnd.buildkit.cacheconfig"

ARTIFACTS: dict[str, str] = {  # beginning of a media type -> what it is
    CACHE_CONFIG: "cache",
    "application/vnd.in-toto": "attestation",
    "application/vnd.docker.attestation": "attestation",
    "application/vnd.dsse.envelope": "attestation",
    "application/vnd.dev.cosign.": "signature",
    "application/vnd.dev.sigstore.": "signature",
    "application/vnd.cncf.notary.": "signature",
    "application/vnd.cncf.helm.": "chart",
    "application/vnd.cyclonedx": "sbom",
    "application/vnd.syft": "sbom",
    "application/spdx": "sbom",
    "text/spdx": "sbom",
}
MANIFEST_TYPES = (
    "application/vnd.docker.distribution.manifest.",
    "application/vnd.oci.image.manifest.",
    "application/vnd.oci.image.index.",
)


class Manifest(Struct, frozen=True):
    """What a manifest says of itself.

    ``layers`` are in order, base first, with compressed sizes in bytes; an index has
    ``children`` instead.  ``digest`` is of the text read, ``None`` for Docker's schema 1, whose
    digest leaves the signatures out.  ``artifact`` is set if this is nothing that can be run
    (``attestation``, ...).
    """

    media_type: str | None = None
    digest: str | None = None
    config: str | None = None
    layers: tuple[Layer, ...] = ()
    children: tuple[str, ...] = ()
    artifact: str | None = None


class _Descriptor(Struct, rename="camel"):
    digest: str
    media_type: str | None = None
    size: Size | None = None


class _Config(Struct, rename="camel"):
    digest: str | None = None
    media_type: str | None = None


class _Blob(Struct, rename="camel"):
    blob_sum: str


class _Body(Struct, rename="camel"):
    media_type: str | None = None
    artifact_type: str | None = None
    config: _Config | None = None
    layers: tuple[_Descriptor, ...] | None = None
    manifests: tuple[_Descriptor, ...] | None = None
    fs_layers: tuple[_Blob, ...] | None = None  # schema 1


_BODY = msgspec.json.Decoder(_Body)


def read_manifest(text: str, path: str = "$") -> Manifest:
    """Read a manifest or index of any kind.

    Raises :class:`~tidewaiter.errors.Malformed` naming the field below ``path``.
    """
    raw = text.encode("utf-8", "surrogatepass")
    body = decode(_BODY, raw, path)
    if body.fs_layers is not None:
        # The newest layer is first: https://distribution.github.io/distribution/spec/manifest-v2-1/
        newest_first = [Layer(blob.blob_sum) for blob in body.fs_layers]
        return Manifest(media_type=body.media_type, layers=tuple(reversed(newest_first)))
    return Manifest(
        media_type=body.media_type,
        digest="sha256:" + hashlib.sha256(raw).hexdigest(),
        config=body.config.digest if body.config else None,
        layers=tuple(Layer(layer.digest, layer.size) for layer in body.layers or ()),
        children=tuple(child.digest for child in _manifests(body)),
        artifact=_artifact(body),
    )


def artifact_of(config: str | None, artifact_type: str | None = None) -> str | None:
    """Name what a manifest with this config media type holds; ``None`` if it is an image.

    The artifact type counts only without a config: runtimes ignore it, so it could hide an image.
    """
    if config is None or config in RUNNABLE_CONFIGS:
        return None
    return _name(artifact_type or config) if config == EMPTY_CONFIG else _name(config)


def _artifact(body: _Body) -> str | None:
    if body.manifests is not None:
        # BuildKit's registry cache is an "index" of layers and one cache config, without manifests.
        cached = any(_is(child.media_type, CACHE_CONFIG) for child in body.manifests)
        return "cache" if cached and not _manifests(body) else None
    config = body.config.media_type if body.config else None
    named = artifact_of(config, body.artifact_type)
    if named is not None:
        return named
    # Attestations and signatures often have an image's config.  One layer that may be a file
    # system makes it an image: a foreign layer beside the real ones must hide nothing.
    kinds = {_known(layer.media_type) for layer in body.layers or ()}
    return None if None in kinds else next(iter(sorted(filter(None, kinds))), None)


def _manifests(body: _Body) -> list[_Descriptor]:
    return [
        child
        for child in body.manifests or ()
        if child.media_type is None or child.media_type.startswith(MANIFEST_TYPES)
    ]


def _is(media_type: str | None, beginning: str) -> bool:
    return media_type is not None and media_type.startswith(beginning)


def _known(media_type: str | None) -> str | None:
    return next((name for start, name in ARTIFACTS.items() if _is(media_type, start)), None)


def _name(media_type: str) -> str:
    return _known(media_type) or media_type
