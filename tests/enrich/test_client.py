"""Which program made a call."""

import pytest

from tidewaiter.enrich.client import family

AGENTS = {
    "aws-cli/2.15.30 md/awscrt#0.19.19 ua/2.0 os/linux": "container engine",
    "docker/26.1.3 go/go1.21.10 UpstreamClient(Docker-Client/26.1.3)": "container engine",
    "docker/20.10 UpstreamClient(docker-sdk-python/6.1.3)": "docker-sdk",
    "containerd/1.7.2": "container engine",
    "buildkit/v0.13": "container engine",
    "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0": "boto3",
    "APN/1.0 HashiCorp/1.0 Terraform/1.6.0 aws-sdk-go-v2/1.24": "terraform",
    "APN/1.0 HashiCorp/1.0 packer/1.10.0": "packer",
    "Mozilla/5.0 (X11; Linux x86_64)": "console",
    "skopeo/1.9.3": "skopeo",
    "go-containerregistry,gzip(gfe)": "crane",
    "google-cloud-sdk gcloud/460.0.0": "container engine",
    "kubectl/v1.29.0 (linux/amd64) kubernetes/3f7a50f": "kubectl",
    "kubelet/v1.29": "kubelet",
    "python-requests/2.31.0": "requests",
    "curl/8.5.0": "curl",
    "Go-http-client/1.1": "go",
    "aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)": "aws-sdk",
    "stratus-red-team_b47d6b97-21d3": "stratus-red-team",
    "Homegrown Uploader 3": "homegrown",
    "AWS Internal": None,
    "ecs.amazonaws.com": None,
    "gzip(gfe)": None,
    "/": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize(("agent", "expected"), AGENTS.items())
def test_an_agent_has_a_family(agent: str | None, expected: str | None) -> None:
    """Known programs by name, unknown ones by their first word, hidden ones not at all."""
    assert family(agent) == expected
