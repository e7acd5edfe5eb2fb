"""Which program made a call, by its user agent.  Anybody can send any agent: a hint, never a
proof.
"""

import re
from functools import lru_cache

# The first match names the tool, so the particular stands before the general: aws-cli and Terraform
# send the name of the library beneath them, too.
_TOOLS: tuple[tuple[str, str], ...] = (
    ("packer", r"packer"),
    ("terraform", r"terraform|opentofu|hashicorp"),
    ("pulumi", r"pulumi"),
    ("cloudformation", r"cloudformation"),
    ("ansible", r"ansible"),
    ("console", r"\bmozilla/|console\.aws|^\[?s3console|signin\.amazonaws"),
    ("docker-sdk", r"docker-sdk-python|docker-py"),
    ("kaniko", r"kaniko"),
    ("crane", r"\bcrane/|go-containerregistry|\bcosign/|\bko/"),
    ("skopeo", r"skopeo|containers/\d|\bbuildah|\bpodman|\blibpod"),
    ("oras", r"\boras"),
    ("buildkit", r"buildkit|buildx"),
    ("login helper", r"ecr-login|credential-helper|docker-credential"),
    ("docker", r"docker|moby"),
    ("containerd", r"containerd"),
    ("aws-cli", r"aws-cli"),
    ("azure-cli", r"azure-?cli"),
    ("gcloud", r"\bgcloud/|google-cloud-sdk"),
    ("kubectl", r"kubectl|\bhelm|argocd|\bflux"),
    ("kubelet", r"kubelet|\bcri-o|kubernetes/"),
    ("boto3", r"boto3|botocore"),
    ("aws-sdk", r"aws-sdk-|aws-internal-sdk"),
    ("azure-sdk", r"azsdk-|azure-sdk|azurepowershell"),
    ("google-sdk", r"google-api-|gcloud-python|google-cloud-"),
    ("requests", r"python-requests|python-urllib|aiohttp|httpx"),
    ("curl", r"^curl/|^wget/"),
    ("go", r"^go-http-client"),
)
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _TOOLS)

# A login helper and the container engine that it serves are one family:
# `aws ecr get-login-password | docker login` is one person's one act.
_ENGINE = frozenset(
    {"buildkit", "login helper", "docker", "containerd", "aws-cli", "azure-cli", "gcloud"}
)

# What a cloud writes when it hides the client: no agent at all.
_HIDDEN = re.compile(
    r"^(aws internal|[a-z0-9.-]+\.amazonaws\.com|gzip\(gfe\)|.*\.frontend\.ecr.*)$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def tool(user_agent: str | None) -> str | None:
    """Return the client's name; ``None`` where the agent is absent or hidden by the cloud.

    An agent that no row knows is named by its first word, without the version.
    """
    if not user_agent or _HIDDEN.match(user_agent):
        return None
    for name, pattern in _COMPILED:
        if pattern.search(user_agent):
            return name
    return re.split(r"[/ ;(_]", user_agent.lower(), maxsplit=1)[0][:40] or None


def family(user_agent: str | None) -> str | None:
    """Return the client's family: its name, or ``container engine`` for those and their helpers."""
    name = tool(user_agent)
    return "container engine" if name in _ENGINE else name


IMAGE_BUILDERS = frozenset({"packer", "terraform", "pulumi", "cloudformation", "ansible"})
"""Families that create machine images for a living."""
