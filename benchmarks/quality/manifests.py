"""Manifests of images, indexes and attestations, as they are put into a registry.

Format: https://github.com/opencontainers/image-spec/blob/main/manifest.md
"""

from benchmarks.quality.cast import Picture
from benchmarks.quality.deliveries import Json

_OCI = "application/vnd.oci.image"


def manifest_of(image: Picture) -> Json:
    """Return the manifest of an image; its config is told by the same digest."""
    if image.children:
        half = len(image.children) // 2
        children = [
            {
                "mediaType": f"{_OCI}.manifest.v1+json",
                "digest": child.digest,
                "size": 1234,
                "platform": {"architecture": "amd64" if at < half else "unknown", "os": "linux"},
            }
            for at, child in enumerate(image.children)
        ]
        return {
            "schemaVersion": 2,
            "mediaType": f"{_OCI}.index.v1+json",
            "manifests": children,
        }
    # An attestation has one layer, of a statement.
    plain = [(f"{_OCI}.layer.v1.tar+gzip", *layer) for layer in image.layers]
    stated = [("application/vnd.in-toto+json", image.digest, 900)]
    return {
        "schemaVersion": 2,
        "mediaType": f"{_OCI}.manifest.v1+json",
        "config": {"mediaType": f"{_OCI}.config.v1+json", "size": 1500, "digest": image.digest},
        "layers": [
            {"mediaType": kind, "digest": digest, "size": size}
            for kind, digest, size in plain or stated
        ],
    }
