"""Which program made a call, by its user agent.  Anybody can send any agent: a hint, never a
proof.

People read the tool and its version; detectors compare families, which are coarser: a login helper
and the container engine that it serves are one family, as
``aws ecr get-login-password | docker login`` is one person's one act.
"""

import re
from functools import cache, lru_cache

from msgspec import Struct


class Program(Struct, frozen=True):
    """What an agent says of itself."""

    tool: str | None = None
    version: str | None = None
    family: str | None = None


_ENGINE = "container engine"
IMAGE_BUILDERS = frozenset({"packer", "terraform", "pulumi", "cloudformation", "ansible"})
"""Families that create machine images for a living."""

# Tool, family, and the mark in the agent.  The first match names the tool, so the particular stands
# before the general: Terraform and the consoles send the name of the library beneath them, too.
# Without a tool, it is called as the mark has it.  The version follows the mark, or the fourth
# column where there is one; an empty one says that it is never told.
_Row = tuple[str | None, str, str] | tuple[str | None, str, str, str]
_TOOLS: tuple[_Row, ...] = (
    # Their commands, and how they were installed, name others: gcloud.artifacts.docker, (DOCKER).
    ("aws-cli", _ENGINE, r"^\[?aws-cli(?=/)"),
    ("azure-cli", _ENGINE, r"^azurecli(?=/)"),
    ("gcloud", _ENGINE, r"^google-cloud-sdk\b|^gcloud(?=/)", r"\bgcloud|google-cloud-sdk"),
    # What makes infrastructure.
    ("packer", "packer", r"packer", r"\bpacker"),
    ("opentofu", "terraform", r"opentofu"),
    ("terraform", "terraform", r"terraform"),
    ("hashicorp", "terraform", r"hashicorp", ""),
    ("pulumi", "pulumi", r"pulumi", ""),
    ("cloudformation", "cloudformation", r"cloudformation"),
    ("ansible", "ansible", r"ansible"),
    # People at a screen.
    ("console", "console", r"console\.aws|^\[?s3console|signin\.amazonaws"),
    ("browser", "console", r"\bmozilla(?=/)", r"firefox|chrome|version"),
    # Scanners, bots and registries that pull from others.
    ("docker-sdk", "docker-sdk", r"docker-sdk-python|docker-py"),
    (None, "trivy", r"\btrivy(?=/)"),
    (None, "grype", r"\bgrype(?=/)"),
    ("snyk", "snyk", r"\bsnyk"),
    ("wiz", "wiz", r"\bwiz(?:cli|-\w+)?(?=/)"),
    ("dependabot", "dependabot", r"dependabot(?:-core)?"),
    ("renovate", "renovate", r"renovate(?:bot)?"),
    ("harbor", "harbor", r"\bharbor"),
    ("artifactory", "artifactory", r"\bartifactory"),
    ("nexus", "nexus", r"\bnexus(?=/)"),
    # Images without a daemon.
    ("jib", "jib", r"^jib\b"),
    ("bazel", "bazel", r"\brules_oci|\bbazel"),
    ("kaniko", "kaniko", r"kaniko"),
    ("cosign", "crane", r"\bcosign(?=/)"),
    ("ko", "crane", r"\bko(?=/)"),
    ("crane", "crane", r"\bcrane(?=/)"),
    ("flux", "crane", r"^flux(?=/\S+ go-containerregistry)"),
    (None, "crane", r"go-containerregistry"),
    ("skopeo", "skopeo", r"skopeo"),
    ("buildah", "skopeo", r"\bbuildah"),
    ("podman", "skopeo", r"\b(?:podman|libpod)"),
    ("containers", "skopeo", r"containers(?=/\d)"),  # podman, skopeo or buildah, by their library
    ("oras", "oras", r"\boras"),
    ("buildkit", _ENGINE, r"buildkit|buildx"),
    ("ecr-login", _ENGINE, r"ecr-login|ecr-credential-helper"),
    ("docker-credential", _ENGINE, r"credential-helper|docker-credential[\w-]{0,40}"),
    ("docker", _ENGINE, r"docker|moby", r"\bdocker(?:-client)?|\bmoby"),
    ("containerd", _ENGINE, r"containerd"),
    # The clouds' own.
    ("aws-cli", _ENGINE, r"aws-cli"),
    ("azure-cli", _ENGINE, r"azure-?cli"),
    ("gsutil", _ENGINE, r"\bgsutil(?=/)"),
    ("gcloud", _ENGINE, r"\bgcloud(?=/)|google-cloud-sdk"),
    # Kubernetes.
    ("kubectl", "kubectl", r"kubectl"),
    ("helm", "kubectl", r"\bhelm"),
    ("argocd", "kubectl", r"argocd[\w-]{0,40}"),
    ("flux", "kubectl", r"\bflux"),
    ("kubelet", "kubelet", r"kubelet"),
    ("cri-o", "kubelet", r"\bcri-o"),
    (None, "kubelet", r"^(?=.*kubernetes/)[\w.-]+"),  # its other parts
    # Libraries.
    (None, "boto3", r"boto3|botocore"),
    ("cdk", "aws-sdk", r"\baws-cdk"),
    ("console", "aws-sdk", r"\bconsole(?=, aws-internal)", ""),
    (None, "aws-sdk", r"aws-sdk-[\w-]{0,40}|aws-internal-sdk"),
    ("azure-powershell", "azure-sdk", r"azurepowershell"),
    (None, "azure-sdk", r"azsdk-[\w-]{0,40}|azure-sdk[\w-]{0,40}"),
    (None, "google-sdk", r"google-api-[\w-]{0,40}|gcloud-python|google-cloud-[\w-]{0,40}"),
    (None, "requests", r"python-requests|python-urllib|aiohttp|httpx"),
    (None, "curl", r"^(?:curl|wget)(?=/)"),
    (None, "go", r"^go-http-client"),
)
_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL
_VERSION = r"[/ #](?:v|az)?(\d[\w.+~-]{0,39})"
_NEVER = "(?!)"
_FIRST = re.compile(f"([^/ ;(_]+)(?:{_VERSION})?", _FLAGS)

# What a cloud writes when it hides the client: no agent at all.
_HIDDEN = re.compile(
    r"^(aws internal|[a-z0-9.-]+\.amazonaws\.com|gzip\(gfe\)|.*\.frontend\.ecr.*)$", re.IGNORECASE
)
# Services that are tools themselves, though they hide who uses them.
_TOOLS_OF_AWS = {"cloudformation": "cloudformation", "console": "console", "signin": "console"}
_LONGEST = 1024  # characters; CloudTrail cuts there, too
_LONGEST_NAME = 40


def program(user_agent: str | None) -> Program:
    """Return what ``user_agent`` tells; nothing where it is absent or hidden by the cloud."""
    return _program(user_agent[:_LONGEST]) if user_agent else Program()


@lru_cache(maxsize=4096)
def _program(user_agent: str) -> Program:
    if _HIDDEN.match(user_agent):
        return Program(tool=_TOOLS_OF_AWS.get(user_agent.partition(".")[0].lower()))
    for tool, family, mark, *versioned in _TOOLS:
        found = _form(mark).search(user_agent)
        if found:
            before = (versioned[0] or _NEVER) if versioned else mark
            version = _form(f"(?:{before}){_VERSION}").search(user_agent)
            called = tool or found[0][:_LONGEST_NAME].lower()
            return Program(called, version and version[1], family)
    first = _FIRST.match(user_agent)
    name = first[1][:_LONGEST_NAME].lower() if first else None
    return Program(name, first and first[2], name)


@cache
def _form(mark: str) -> re.Pattern[str]:
    # Compiled when it is first tried: all rows together cost a tenth of the imports.
    return re.compile(mark, _FLAGS)
