"""Human, pipeline or service: what the form of a principal tells.

Names can be chosen by an attacker, so a kind never silences anything: it decides what is *joined*.
"""

import re

from tidewaiter.model import Credential, Principal, PrincipalKind

# Words that stand in the names of build and deployment identities, as whole words.
_PIPELINE = re.compile(
    r"(?:^|[^a-z])(?:ci|cd|cicd|ci-cd|pipelines?|github|gitlab|jenkins|codebuild|codepipeline|circleci|buildkite"
    r"|bitbucket|travis|teamcity|azure-?devops|argo|tekton|runners?|build(?:er|s)?|deploy(?:er|ment)?|packer"
    r"|terraform|cloudbuild|image-?builder|release)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_SINGLE_SIGN_ON = "AWSReservedSSO_"
_SERVICE_TYPES = frozenset({"AWSService"})
_AWS_SESSION_OF_A_MACHINE = re.compile(r"^(?:i-[0-9a-f]{8,17}|[0-9a-f]{32}|ecs-.*|AutoScaling.*)$")
_APPLICATION_TYPES = frozenset({"ServicePrincipal", "ServiceAccount"})


def kind(principal: Principal, credential: Credential | None) -> PrincipalKind | None:
    """Return what ``principal`` is; ``None`` where its form tells nothing."""
    name = principal.label
    if principal.type in _SERVICE_TYPES or principal.id.startswith("system:"):
        return PrincipalKind.SERVICE
    if _SINGLE_SIGN_ON in principal.id:
        return PrincipalKind.HUMAN
    if _PIPELINE.search(name.partition("@")[0] if "@" in name else name):
        return PrincipalKind.PIPELINE
    if principal.type in _APPLICATION_TYPES:
        return PrincipalKind.SERVICE
    return _by_session(principal, credential)


def _by_session(principal: Principal, credential: Credential | None) -> PrincipalKind | None:
    """A role is what its session is: a person's (named by e-mail) or a machine's (named by its
    id).
    """
    session = credential.issued_to if credential else None
    if session and _AWS_SESSION_OF_A_MACHINE.match(session):
        return PrincipalKind.SERVICE
    if session and "@" in session:
        return PrincipalKind.HUMAN
    if principal.type in {"IAMUser", "Root", "User"} or "@" in principal.id:
        return PrincipalKind.HUMAN
    return None
