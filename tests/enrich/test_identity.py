"""Human, pipeline or service."""

import pytest

from tidewaiter.enrich.identity import kind
from tidewaiter.model import Credential, Principal, PrincipalKind

HUMAN, PIPELINE, SERVICE = PrincipalKind.HUMAN, PrincipalKind.PIPELINE, PrincipalKind.SERVICE

IAM = "arn:aws:iam::111122223333:"
ROLE = f"{IAM}role/"
SSO = f"{ROLE}aws-reserved/sso.amazonaws.com/AWSReservedSSO_Release_0123456789abcdef"
GITHUB = f"{IAM}oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com"
POOL = "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools"
PEOPLE = "principal://iam.googleapis.com/locations/global/workforcePools"
APPLICATION = "aaaa1111-2222-4333-8444-555566667777"

Case = tuple[Principal, str | None, PrincipalKind | None]


def role(name: str, session: str | None, expected: PrincipalKind | None) -> Case:
    """A session of an AWS role."""
    return (Principal(ROLE + name, f"role {name}", "AssumedRole"), session, expected)


CASES: list[Case] = [
    # CloudTrail.
    (Principal(f"{IAM}root", "root", "Root"), None, HUMAN),
    (Principal(f"{IAM}user/alice", "alice", "IAMUser"), None, HUMAN),
    (Principal(f"{IAM}user/ci", "ci", "IAMUser"), None, PIPELINE),
    (Principal(f"{IAM}user/circus", "circus", "IAMUser"), None, HUMAN),
    role("ci-deploy", "GitHub", PIPELINE),
    role("dev", "alice@example.com", HUMAN),
    role("dev", "GitHubActions", PIPELINE),
    role("dev", "AWSCodeBuild-0a1b2c3d-0000-4000-8000-000000000001", PIPELINE),
    role("dev", "gitlab-42", PIPELINE),
    role("web", "i-0123456789abcdef0", SERVICE),
    role("web", "0123456789abcdef0123456789abcdef", SERVICE),
    role("web", "eks-prod-web-7d4b9-0a1b2c3d-0000-4000-8000-000000000001", SERVICE),
    role("dev", "whatever", None),
    role("dev", None, None),
    role("service-role/web-role-x1y2", "web", SERVICE),
    role("service-role/codebuild-web-service-role", "x", PIPELINE),
    role("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", "ecs-service", SERVICE),
    (Principal(SSO, "role AWSReservedSSO_Release", "AssumedRole"), "alice", HUMAN),
    (Principal(f"{IAM}user/broker", "broker", "FederatedUser"), "alice", HUMAN),
    (Principal("autoscaling.amazonaws.com", None, "AWSService"), None, SERVICE),
    (Principal("444455556666", None, "AWSAccount", "444455556666"), None, None),
    (Principal("444455556666", None, "AWSAccount", "444455556666"), "build-7", PIPELINE),
    (Principal("906b0000-1111-2222", None, "IdentityCenterUser"), None, HUMAN),
    (Principal("S-1-5-21-1/alice", "alice", "Directory"), None, HUMAN),
    (Principal("example.com/SAML:alice", "alice", "SAMLUser"), None, HUMAN),
    (Principal("example.com/SAML:jenkins", "jenkins", "SAMLUser"), None, PIPELINE),
    (
        Principal(f"{GITHUB}:repo:shop/web:ref:refs/heads/main", None, "WebIdentityUser"),
        None,
        PIPELINE,
    ),
    (Principal("accounts.google.com:app:100200300", "100200300", "WebIdentityUser"), None, HUMAN),
    (Principal("cognito-identity.amazonaws.com:eu:7", "7", "WebIdentityUser"), None, HUMAN),
    (
        Principal(
            f"{IAM}oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123:"
            "sts.amazonaws.com:system:serviceaccount:shop:web",
            None,
            "WebIdentityUser",
        ),
        None,
        SERVICE,
    ),
    (Principal("idp.example.com:app:7", "7", "WebIdentityUser"), None, None),
    (Principal("AIDAEXAMPLE", None, "Unknown"), None, None),
    # Azure: users by name, applications and managed identities by id.
    (Principal("alice@example.com", "Alice", "User"), None, HUMAN),
    (Principal("alice@build.example.com", None, "User"), None, HUMAN),
    (Principal("deploy@example.com", None, "User"), None, PIPELINE),
    (Principal(APPLICATION, None, "ServicePrincipal"), None, SERVICE),
    (Principal(APPLICATION, "github-shop", "ServicePrincipal"), None, PIPELINE),
    (Principal(APPLICATION, "web", "ManagedIdentity"), None, SERVICE),
    (Principal("pull-only", None, "Token"), None, SERVICE),
    (Principal("ci-push", None, "Token"), None, PIPELINE),
    # Google.
    (Principal("alice@example.com", "alice", "User"), None, HUMAN),
    (Principal("ci@shop.iam.gserviceaccount.com", None, "ServiceAccount"), None, PIPELINE),
    (Principal("web@shop.iam.gserviceaccount.com", None, "ServiceAccount"), None, SERVICE),
    (
        Principal("123456789012-compute@developer.gserviceaccount.com", None, "ServiceAccount"),
        "alice@example.com",
        SERVICE,
    ),
    (Principal("shop@appspot.gserviceaccount.com", None, "ServiceAccount"), None, SERVICE),
    (
        Principal("123456789012@cloudbuild.gserviceaccount.com", None, "ServiceAccount"),
        None,
        PIPELINE,
    ),
    (
        Principal("service-123456789012@gcp-sa-cloudbuild.iam.gserviceaccount.com"),
        None,
        SERVICE,
    ),
    (Principal("123456789012@cloudservices.gserviceaccount.com"), None, SERVICE),
    (
        Principal(f"{POOL}/main/subject/repo:shop/web:environment:prod", None, "FederatedIdentity"),
        None,
        PIPELINE,
    ),
    (Principal(f"{POOL}/gitlab/subject/7", "7", "FederatedIdentity"), None, PIPELINE),
    (
        Principal(f"{POOL}/shop.svc.id.goog/subject/ns/shop/sa/web", None, "FederatedIdentity"),
        None,
        SERVICE,
    ),
    (Principal(f"{PEOPLE}/staff/subject/alice", "alice", "FederatedIdentity"), None, HUMAN),
    (Principal(f"{PEOPLE}/staff/subject/ci", "ci", "FederatedIdentity"), None, HUMAN),
    # Kubernetes.
    (Principal("system:node:web-1", None, "Node"), None, SERVICE),
    (Principal("system:kube-scheduler", None, "User"), None, SERVICE),
    (
        Principal(
            "system:serviceaccount:kube-system:deployment-controller",
            "service account kube-system/deployment-controller",
            "ServiceAccount",
        ),
        None,
        SERVICE,
    ),
    (
        Principal(
            "system:serviceaccount:argocd:argocd-server",
            "service account argocd/argocd-server",
            "ServiceAccount",
        ),
        None,
        PIPELINE,
    ),
    (Principal("system:serviceaccount:shop:web"), None, SERVICE),
    (Principal("eks:cluster-bootstrap", None, "User"), None, SERVICE),
    (Principal("aksService", None, "User"), None, SERVICE),
    (Principal(f"{ROLE}nodes", "system:node:web-1", "AwsIam"), None, SERVICE),
    (Principal(f"{IAM}user/alice", "shop-admin", "AwsIam"), None, HUMAN),
    (Principal(f"{ROLE}dev", "shop-admin", "AwsIam"), "alice@example.com", HUMAN),
    (Principal(f"{ROLE}dev", "shop-admin", "AwsIam"), None, None),
    # Registries.
    (Principal("alice"), None, None),
    (Principal("alice@example.com"), None, HUMAN),
    (Principal("robot$shop+pull"), None, SERVICE),
    (Principal("robot$shop+ci"), None, PIPELINE),
    (Principal("shop+puller"), None, SERVICE),
    (Principal("gitlab-ci-token"), None, PIPELINE),
    (Principal("gitlab+deploy-token-7"), None, PIPELINE),
    (Principal("dependabot[bot]"), None, PIPELINE),
    # However long a name is, its beginning tells.
    (Principal("a" * 100_000), None, None),
    (Principal("a-" * 100_000 + "@", "b" * 100_000, "c" * 100_000), "d" * 100_000, None),
]


@pytest.mark.parametrize(("principal", "session", "expected"), CASES)
def test_the_form_of_a_principal_tells_its_kind(
    principal: Principal, session: str | None, expected: PrincipalKind | None
) -> None:
    """Types, names and sessions tell; where they do not, nothing is claimed."""
    credential = Credential(issued_to=session) if session else None
    assert kind(principal, credential) == expected
