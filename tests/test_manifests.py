import hashlib
import json

import pytest

from tidewaiter.errors import Malformed
from tidewaiter.manifests import Manifest, artifact_of, read_manifest
from tidewaiter.model import Layer

A, B, C = (f"sha256:{digit * 64}" for digit in "abc")
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest_of(text: str) -> str:
    """Return the digest as the distribution specification defines it."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_a_manifest_gives_its_digest_config_and_layers_in_order() -> None:
    """The digest is of the bytes as they were sent, whatever their spacing."""
    text = json.dumps(
        {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": CONFIG, "digest": C, "size": 5},
            "layers": [{"mediaType": LAYER, "digest": B, "size": 2}, {"digest": A}],
        },
        indent=7,
    )
    assert read_manifest(text) == Manifest(
        media_type="application/vnd.oci.image.manifest.v1+json",
        digest=digest_of(text),
        config=C,
        layers=(Layer(B, 2), Layer(A)),
    )


def test_an_index_gives_its_children() -> None:
    """A child without a media type counts as a manifest, a layer does not."""
    text = json.dumps({"manifests": [{"digest": A}, {"mediaType": LAYER, "digest": B}]})
    assert read_manifest(text) == Manifest(digest=digest_of(text), children=(A,))


def test_a_cache_entry_in_an_index_with_manifests_hides_nothing() -> None:
    """Only an index without any manifest is a cache."""
    cache = {"mediaType": "application/vnd.buildkit.cacheconfig.v0", "digest": B}
    text = json.dumps({"manifests": [{"digest": A}, cache]})
    assert read_manifest(text) == Manifest(digest=digest_of(text), children=(A,))


def test_schema_1_has_its_newest_layer_first() -> None:
    """Its layers are turned round, and its digest is not that of its text."""
    text = json.dumps({"schemaVersion": 1, "fsLayers": [{"blobSum": B}, {"blobSum": A}]})
    assert read_manifest(text) == Manifest(layers=(Layer(A), Layer(B)))


@pytest.mark.parametrize(
    ("config", "artifact_type", "expected"),
    [
        (None, None, None),
        (CONFIG, "application/vnd.example", None),
        ("application/vnd.oci.empty.v1+json", "application/spdx+json", "sbom"),
        ("application/vnd.oci.empty.v1+json", None, "application/vnd.oci.empty.v1+json"),
        ("application/vnd.cncf.notary.signature", None, "signature"),
        ("application/vnd.example", "application/spdx+json", "application/vnd.example"),
    ],
)
def test_an_artifact_is_named_by_its_config(
    config: str | None, artifact_type: str | None, expected: str | None
) -> None:
    """The artifact type counts only where the config is empty."""
    assert artifact_of(config, artifact_type) == expected


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "$.m"),
        ("[]", "$.m"),
        ("[" * 20_000, "$.m"),
        ('{"a": ' + "[" * 20_000 + "]" * 20_000 + "}", "$.m"),
        ("\ud800", "$.m"),
        ('{"layers": [{"digest": "a", "size": "9"}]}', "$.m.layers[0].size"),
        ('{"layers": [{}]}', "$.m.layers[0]"),
        ('{"fsLayers": [{"blobSum": null}]}', "$.m.fsLayers[0].blobSum"),
        ('{"config": {"mediaType": 5}}', "$.m.config.mediaType"),
    ],
)
def test_what_is_no_manifest_names_the_field(text: str, path: str) -> None:
    """A manifest is text from outside: its errors continue the path of the field it was in."""
    with pytest.raises(Malformed) as caught:
        read_manifest(text, "$.m")
    assert caught.value.path == path
