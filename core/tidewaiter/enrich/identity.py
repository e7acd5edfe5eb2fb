"""Human, pipeline or service: what the form of a principal tells.

Names can be chosen by an attacker, so a kind never silences anything: it decides what is *joined*.

The forms are compiled when a principal is first looked at, as that takes longer than most of what
a function has to import before its first event.
"""

import re
from functools import lru_cache

from tidewaiter.model import Credential, Principal, PrincipalKind

# What only one kind can have, in the id or in the name.  The first that matches decides.
_SURELY: tuple[tuple[PrincipalKind, str], ...] = (
    # Kubernetes' own parts; other service accounts are anybody's.
    (PrincipalKind.SERVICE, r"^system:(?!serviceaccount:)|^system:serviceaccount:kube-"),
    (PrincipalKind.SERVICE, r"^(?:eks|aks|gke):|^(?:aksService|masterclient|nodeclient)$"),
    # Only AWS makes roles there:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
    (PrincipalKind.SERVICE, r":role/aws-service-role/"),
    # Single sign-on: https://docs.aws.amazon.com/singlesignon/latest/userguide/using-permission-sets.html
    (PrincipalKind.HUMAN, r"AWSReservedSSO_"),
    # Workforce is people, workload is not: https://cloud.google.com/iam/docs/principal-identifiers
    (PrincipalKind.HUMAN, r"^principal(?:Set)?://iam\.googleapis\.com/.*/workforcePools/"),
    # Subjects that GitHub, GitLab, Terraform Cloud and Buildkite, and Azure DevOps put into tokens:
    # https://docs.github.com/actions/reference/openid-connect-reference
    (
        PrincipalKind.PIPELINE,
        r"(?:^|[:/])(?:repo:[^:/]+/|project_path:|organization:[^:]+:(?:project|pipeline):|sc://)",
    ),
    (PrincipalKind.PIPELINE, r"\[bot\]$"),  # dependabot[bot], github-actions[bot]
    # https://cloud.google.com/build/docs/cloud-build-service-account
    (PrincipalKind.PIPELINE, r"@cloudbuild\.gserviceaccount\.com$"),
    # Google's own agents: https://cloud.google.com/iam/docs/service-agents
    (PrincipalKind.SERVICE, r"^service-[0-9]+@|@cloudservices\.gserviceaccount\.com$"),
)
_TYPES_SURELY = {
    "AWSService": PrincipalKind.SERVICE,
    "Node": PrincipalKind.SERVICE,
    "Root": PrincipalKind.HUMAN,
    "IdentityCenterUser": PrincipalKind.HUMAN,
    "Directory": PrincipalKind.HUMAN,  # a user of WorkDocs or QuickSight
}

# Words that stand in the names of build and deployment identities, as whole words.
_PIPELINE = (
    r"(?i)(?:^|[^a-z])(?:ci|cd|cicd|ci-cd|pipelines?|github|gitlab|jenkins|codebuild|codepipeline|circleci|buildkite"
    r"|bitbucket|travis|teamcity|azure-?devops|argo|argocd|flux|tekton|runners?|build(?:er|s)?|deploy(?:er|ment)?"
    r"|packer|terraform|cloudbuild|image-?builder|release)(?:[^a-z]|$)"
)

# Whatever is not a pipeline by its name is a service: identities that no person signs in as.
_MACHINES = (
    r"^system:serviceaccount:"
    r"|gserviceaccount\.com$"
    r"|^principal(?:Set)?://"
    r"|:role/service-role/"  # the consoles of AWS make them for a service
    r"|oidc\.eks\.[\w-]+\.amazonaws\.com"  # a pod's token, shown to AWS
    r"|^robot\$"  # Harbor
    r"|^[\w.-]+\+[\w.-]+$"  # Quay: organisation+robot
)
_MACHINE_TYPES = frozenset(
    {
        "ServicePrincipal",
        "Application",
        "ManagedIdentity",
        "ServiceAccount",
        "FederatedIdentity",
        "Token",  # of a registry
    }
)

# A role's session is named by who takes it on: by a machine's id, or by a build service.
_SESSION_OF_A_MACHINE = (
    r"^(?:i-[0-9a-f]{8,17}|[0-9a-f]{32}|ecs-.*|AutoScaling.*"
    r"|eks-.*-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
)
_SESSION_OF_A_PIPELINE = r"^(?:GitHubActions|AWSCodeBuild-|AWSCodePipeline|GitLabRunner)"

_TYPES_OF_PEOPLE = frozenset({"IAMUser", "User", "SAMLUser"})
_PEOPLE = (
    # Accounts of people that AWS can trust, as CloudTrail names them:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
    r"^(?:accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com):"
    r"|^cognito-identity\.amazon(?:aws)?\.com:"
    r"|^arn:[\w-]+:iam::[0-9]*:user/"
    r"|@"
)
_LONGEST = 300  # characters; names are as long as a log allows


def kind(principal: Principal, credential: Credential | None) -> PrincipalKind | None:
    """Return what ``principal`` is; ``None`` where its form tells nothing."""
    session = credential.issued_to if credential else None
    told = (principal.id, principal.name, principal.type, session)
    return _kind(*((text or "")[:_LONGEST] for text in told))


@lru_cache(maxsize=4096)
def _kind(who: str, name: str, of_type: str, session: str) -> PrincipalKind | None:
    sure = _TYPES_SURELY.get(of_type) or _by_form(who) or _by_form(name)
    if sure:
        return sure
    if re.search(_PIPELINE, _chosen(who, name, of_type)):
        return PrincipalKind.PIPELINE
    if of_type in _MACHINE_TYPES or re.search(_MACHINES, who):
        return PrincipalKind.SERVICE
    return _by_session(session) or _person(who, of_type)


def _by_form(text: str) -> PrincipalKind | None:
    return next((found for found, form in _SURELY if re.search(form, text)), None)


def _chosen(who: str, name: str, of_type: str) -> str:
    """The part of a name that was chosen for the principal; a pool is chosen with its subject."""
    return who if of_type == "FederatedIdentity" else (name or who).partition("@")[0]


def _by_session(session: str) -> PrincipalKind | None:
    """A role is what its session is: a person's (named by e-mail) or a machine's (named by its
    id).
    """
    if re.match(_SESSION_OF_A_MACHINE, session):
        return PrincipalKind.SERVICE
    if "@" in session:
        return PrincipalKind.HUMAN
    if re.match(_SESSION_OF_A_PIPELINE, session) or re.search(_PIPELINE, session):
        return PrincipalKind.PIPELINE
    return None


def _person(who: str, of_type: str) -> PrincipalKind | None:
    known = of_type in _TYPES_OF_PEOPLE or re.search(_PEOPLE, who)
    return PrincipalKind.HUMAN if known else None
