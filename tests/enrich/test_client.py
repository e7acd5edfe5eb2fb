"""Which program made a call."""

import pytest

from tidewaiter.enrich.client import IMAGE_BUILDERS, Program, program

TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.0 (+https://www.terraform.io)"
    " terraform-provider-aws/5.31.0 (+https://registry.example.com) aws-sdk-go-v2/1.24.0 os/linux"
)
DOCKER = (
    "docker/26.1.3 go/go1.21.10 git-commit/8e96db1 kernel/6.1.0 os/linux arch/amd64"
    " UpstreamClient(Docker-Client/26.1.3 \\(linux\\))"
)
ENGINE = "container engine"

# Agent: tool, version, family.
AGENTS: dict[str, tuple[str | None, str | None, str | None]] = {
    # Container engines, their helpers, and the clouds' command lines that log them in.
    DOCKER: ("docker", "26.1.3", ENGINE),
    "docker/18.03.0-ce go/go1.9.4": ("docker", "18.03.0-ce", ENGINE),
    "Docker-Client/20.10.7 (linux)": ("docker", "20.10.7", ENGINE),
    "docker/20.10 UpstreamClient(docker-sdk-python/6.1.3)": ("docker-sdk", "6.1.3", "docker-sdk"),
    "containerd/1.7.2": ("containerd", "1.7.2", ENGINE),
    "containerd/v2.0.0+unknown": ("containerd", "2.0.0+unknown", ENGINE),
    "buildkit/v0.13": ("buildkit", "0.13", ENGINE),
    "amazon-ecr-credential-helper/0.7.1 aws-sdk-go-v2/1.21": ("ecr-login", "0.7.1", ENGINE),
    "docker-credential-acr-env/0.7.0": ("docker-credential", "0.7.0", ENGINE),
    "aws-cli/2.15.30 md/awscrt#0.19.19 ua/2.0 os/linux": ("aws-cli", "2.15.30", ENGINE),
    "aws-cli/1.32.0 Python/3.11.6 Linux/5.10 botocore/1.34.0": ("aws-cli", "1.32.0", ENGINE),
    "aws-cli/2.15.0 Python/3.11 command/ecr.get-login-password": ("aws-cli", "2.15.0", ENGINE),
    "aws-cli/2.15.0 md/command#cloudformation.deploy": ("aws-cli", "2.15.0", ENGINE),
    "google-cloud-sdk gcloud/455.0.0 command/gcloud.artifacts.docker.images.list,gzip(gfe)": (
        "gcloud",
        "455.0.0",
        ENGINE,
    ),
    "Cloud SDK Command Line Tool apitools-client/1.0 gcloud/0.9.62": ("gcloud", "0.9.62", ENGINE),
    "google-cloud-sdk": ("gcloud", None, ENGINE),
    "apitools Python/3.9.11 gsutil/5.11 (darwin) google-cloud-sdk/394.0.0,gzip(gfe)": (
        "gsutil",
        "5.11",
        ENGINE,
    ),
    "AZURECLI/2.55.0 (DOCKER) azsdk-python-azure-mgmt-resource/23.1.0 Python/3.11": (
        "azure-cli",
        "2.55.0",
        ENGINE,
    ),
    "msrest/0.6.9 Azure-SDK-For-Python AZURECLI/2.47.0 (DEB)": ("azure-cli", "2.47.0", ENGINE),
    # Images without a daemon.
    "containers/5.24.1 (github.com/containers/image)": ("containers", "5.24.1", "skopeo"),
    "skopeo/1.9.3": ("skopeo", "1.9.3", "skopeo"),
    "libpod/4.9.3": ("podman", "4.9.3", "skopeo"),
    "Buildah/1.28.0": ("buildah", "1.28.0", "skopeo"),
    "go-containerregistry,gzip(gfe)": ("go-containerregistry", None, "crane"),
    "crane/v0.15.2 go-containerregistry/v0.15.2": ("crane", "0.15.2", "crane"),
    "cosign/v2.2.0 (linux; amd64) go-containerregistry/v0.16.1": ("cosign", "2.2.0", "crane"),
    "ko/0.15.1 go-containerregistry/v0.16.1": ("ko", "0.15.1", "crane"),
    "kaniko/v1.9.0 go-containerregistry/v0.8.0": ("kaniko", "1.9.0", "kaniko"),
    "oras/1.1.0": ("oras", "1.1.0", "oras"),
    "jib 3.4.0 jib-maven-plugin": ("jib", "3.4.0", "jib"),
    "Bazel/release 7.0.0": ("bazel", None, "bazel"),
    # What makes infrastructure.
    TERRAFORM: ("terraform", "1.7.0", "terraform"),
    f"[{TERRAFORM}]": ("terraform", "1.7.0", "terraform"),
    "HashiCorp Terraform/1.5.7 Terraform Plugin SDK/2.10.1": ("terraform", "1.5.7", "terraform"),
    "OpenTofu/1.6.0": ("opentofu", "1.6.0", "terraform"),
    "APN/1.0 HashiCorp/1.0 vault/1.15": ("hashicorp", None, "terraform"),
    "APN/1.0 HashiCorp/1.0 packer/1.10.0": ("packer", "1.10.0", "packer"),
    "APN/1.0 HashiCorp/1.0 packer-plugin-amazon/1.2.9 aws-sdk-go/1.49": ("packer", None, "packer"),
    "APN/1.0 Pulumi/1.0 PulumiAwsNative/1.12": ("pulumi", None, "pulumi"),
    "APN/1.0 Ansible/2.15.0 amazon.aws/7.0.0": ("ansible", "2.15.0", "ansible"),
    "cloudformation-cli/0.2.35": ("cloudformation", None, "cloudformation"),
    "aws-cdk/2.100.0 aws-sdk-js/2.1450.0": ("cdk", "2.100.0", "aws-sdk"),
    # Kubernetes and what keeps it up to date.
    "kubectl/v1.29.0 (linux/amd64) kubernetes/3f7a50f": ("kubectl", "1.29.0", "kubectl"),
    "Helm/3.13.1": ("helm", "3.13.1", "kubectl"),
    "argocd-image-updater/v0.12.2": ("argocd", "0.12.2", "kubectl"),
    "flux/v2.2.0": ("flux", "2.2.0", "kubectl"),
    "flux/v2 go-containerregistry/v0.19.0": ("flux", "2", "crane"),
    "kubelet/v1.29": ("kubelet", "1.29", "kubelet"),
    "cri-o/1.26.1 go/go1.19 os/linux arch/amd64": ("cri-o", "1.26.1", "kubelet"),
    "kube-scheduler/v1.28.2 (linux/amd64) kubernetes/89a4ea3": (
        "kube-scheduler",
        "1.28.2",
        "kubelet",
    ),
    # Scanners, bots, registries.
    "trivy/v0.64.0": ("trivy", "0.64.0", "trivy"),
    "grype/0.74.0": ("grype", "0.74.0", "grype"),
    "snyk-docker-plugin/6.0": ("snyk", None, "snyk"),
    "WizCli/0.32": ("wiz", "0.32", "wiz"),
    "RenovateBot/37.0.0 (https://renovate.example.com)": ("renovate", "37.0.0", "renovate"),
    "dependabot-core/0.230.0 excon/0.100.0": ("dependabot", "0.230.0", "dependabot"),
    "harbor-registry-client": ("harbor", None, "harbor"),
    "Artifactory/7.55.6 75506900": ("artifactory", "7.55.6", "artifactory"),
    "Nexus/3.61.0-02 (OSS; Linux; 5.10; amd64)": ("nexus", "3.61.0-02", "nexus"),
    # People at a screen.
    "Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0": (
        "browser",
        "102.0",
        "console",
    ),
    "Mozilla/5.0 (X11; Linux x86_64)": ("browser", None, "console"),
    "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488]": ("console", "0.4", "console"),
    "RDS Console, aws-internal/3 aws-sdk-java/1.11.975": ("console", None, "aws-sdk"),
    # Libraries.
    "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0": ("boto3", "1.34.0", "boto3"),
    "[Boto3/1.26.165 Python/3.10.6 Botocore/1.29.165]": ("boto3", "1.26.165", "boto3"),
    "Botocore/1.29.165": ("botocore", "1.29.165", "boto3"),
    "aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)": ("aws-sdk-go", "1.44.157", "aws-sdk"),
    "aws-sdk-go-v2/1.24.0 ua/2.0 os/linux": ("aws-sdk-go-v2", "1.24.0", "aws-sdk"),
    "aws-sdk-dotnet-coreclr/3.7.1": ("aws-sdk-dotnet-coreclr", "3.7.1", "aws-sdk"),
    "AzurePowershell/Az4.6.0": ("azure-powershell", "4.6.0", "azure-sdk"),
    "azsdk-go-armcompute/v4.1.0 (go1.21; linux)": ("azsdk-go-armcompute", "4.1.0", "azure-sdk"),
    "google-api-go-client/0.5 gke-metadata-server,gzip(gfe)": (
        "google-api-go-client",
        "0.5",
        "google-sdk",
    ),
    "python-requests/2.31.0": ("python-requests", "2.31.0", "requests"),
    "curl/8.5.0": ("curl", "8.5.0", "curl"),
    "Wget/1.21": ("wget", "1.21", "curl"),
    "Go-http-client/1.1": ("go-http-client", "1.1", "go"),
    # What no row knows is called by its first word.
    "stratus-red-team_b47d6b97-21d3": ("stratus-red-team", None, "stratus-red-team"),
    "Homegrown Uploader 3": ("homegrown", None, "homegrown"),
    "Faraday v2.7.1": ("faraday", "2.7.1", "faraday"),
    "x" * 100_000: ("x" * 40, None, "x" * 40),
    "docker/" + "1" * 100: ("docker", "1" * 40, ENGINE),
    "aws-sdk-" + "x" * 100 + "/1.2": ("aws-sdk-" + "x" * 32, None, "aws-sdk"),
    # What clouds write instead; a service may be a tool itself.
    "AWS Internal": (None, None, None),
    "ecs.amazonaws.com": (None, None, None),
    "prod.frontend.ecr.aws.internal": (None, None, None),
    "cloudformation.amazonaws.com": ("cloudformation", None, None),
    "console.ec2.amazonaws.com": ("console", None, None),
    "signin.amazonaws.com": ("console", None, None),
    "gzip(gfe)": (None, None, None),
    "(gzip),gzip(gfe)": (None, None, None),
    "/": (None, None, None),
    "": (None, None, None),
}


@pytest.mark.parametrize(("agent", "expected"), AGENTS.items())
def test_an_agent_tells_its_program(
    agent: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    """Known programs by name, unknown ones by their first word, hidden ones not at all."""
    assert program(agent) == Program(*expected)


def test_no_agent_tells_nothing() -> None:
    """A log without an agent has no program."""
    assert program(None) == Program()


def test_builders_are_families() -> None:
    """Whoever makes machine images for a living is called as the table calls it."""
    assert {found for _, _, found in AGENTS.values()} >= IMAGE_BUILDERS


@pytest.mark.parametrize("unit", ["docker", "aws-", "1.", "a/", "kubernetes", "\n", "(", "repo:"])
def test_a_long_agent_takes_no_longer(unit: str) -> None:
    """However long an agent is, no more than its beginning is looked at."""
    assert program(unit * 200_000) == program((unit * 200_000)[:1024])
