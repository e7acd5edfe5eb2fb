"""Which program made a call, by its user agent.  Anybody can send any agent: a hint, never a
proof.
"""

import re
from functools import lru_cache

# The first match names the family, so the particular stands before the general: aws-cli and
# Terraform send the name of the library beneath them, too.  A login helper and the container
# engine that it serves are one family ("engine"): `aws ecr get-login-password | docker login` is
# one person's one act.
_FAMILIES: tuple[tuple[str, str], ...] = (
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
    (
        "engine",
        r"docker|buildkit|containerd|moby|ecr-login|credential-helper|aws-cli|azure-?cli|\bgcloud|google-cloud-sdk",
    ),
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
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _FAMILIES)

# What a cloud writes when it hides the client: no agent at all.
_HIDDEN = re.compile(
    r"^(aws internal|[a-z0-9.-]+\.amazonaws\.com|gzip\(gfe\)|.*\.frontend\.ecr.*)$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def family(user_agent: str | None) -> str | None:
    """Return the client's family; ``None`` where the agent is absent or hidden by the cloud.

    An agent that no row knows is its own family, by its first word without the version.
    """
    if not user_agent or _HIDDEN.match(user_agent):
        return None
    for name, pattern in _COMPILED:
        if pattern.search(user_agent):
            return name
    return re.split(r"[/ ;(_]", user_agent.lower(), maxsplit=1)[0][:40] or None


IMAGE_BUILDERS = frozenset({"packer", "terraform", "pulumi", "cloudformation", "ansible"})
"""Families that create machine images for a living."""
