"""Is this account ours?  What ``[organization]`` in ``tidewaiter.toml`` says, and what goes
without saying.
"""

import re

from tidewaiter.model import Event, Grant
from tidewaiter.settings import Organization

_DEFAULT_ACCOUNT = re.compile(
    r"(?:service-)?(\d+)(?:-compute)?@(?:cloudservices|developer|cloudbuild|.+\.iam)\.gserviceaccount\.com$"
)
_GOOGLE_SERVICE_ACCOUNT = ".iam.gserviceaccount.com"


def is_ours(grant: Grant, event: Event, ours: Organization) -> bool:
    """Whether ``grant`` stays within the organisation that ``event`` happened in.

    The account, subscription or project that owns the image is always ours; so are Google
    principals of the domain of whoever shares, or service accounts of our projects.
    """
    to = grant.to
    if grant.kind == "public" or to is None:
        return False
    if grant.kind in _LISTS:
        named = {name.lower() for key in _LISTS[grant.kind] for name in getattr(ours, key)}
        # Azure's management accepts only tokens of the tenant that the resource is in.
        tenant = event.principal.account if event.principal and event.provider == "azure" else None
        return to.lower() in named | {(event.account or "").lower(), (tenant or "").lower()}
    if grant.kind in {"organization", "unit"}:
        return bool(set(ours.aws_organizations) & set(to.split("/")))
    if grant.kind == "principal" and event.provider == "aws" and not _MEMBER.match(to):
        return _is_ours_by_arn(to, event, ours)
    return _is_ours_by_domain(to, event, ours)


def _is_ours_by_arn(to: str, event: Event, ours: Organization) -> bool:
    """A user or role is its account's; what has no account is a service of AWS, or is gone."""
    found = _ACCOUNT.match(to)
    return found is None or is_ours(Grant("account", found[1]), event, ours)


_MEMBER = re.compile(r"\w+:[^:]+@")  # as Google writes it
_ACCOUNT = re.compile(r"arn:[\w-]+:(?:iam|sts)::(\d+):")
_LISTS = {
    "account": ("aws_accounts",),
    "subscription": ("azure_subscriptions",),
    "tenant": ("azure_tenants",),
    "project": ("gcp_projects",),
}


def _is_ours_by_domain(member: str, event: Event, ours: Organization) -> bool:
    """``user:a@example.com``, ``serviceAccount:x@project.iam.gserviceaccount.com``,
    ``domain:example.com``.
    """
    domain = member.rpartition("@")[2].rpartition(":")[2].lower()
    number = _DEFAULT_ACCOUNT.match(member.rpartition(":")[2])
    if number:
        return number[1] in ours.gcp_projects
    if domain.endswith(_GOOGLE_SERVICE_ACCOUNT):
        project = domain.removesuffix(_GOOGLE_SERVICE_ACCOUNT)
        return project == event.account or project in ours.gcp_projects
    sharer = event.principal.id.rpartition("@")[2].lower() if event.principal else ""
    # An organisation of Google Cloud is named by its domain.
    known = {sharer, *(name.lower() for name in ours.gcp_organizations)} - _ANYBODYS
    return bool(domain) and domain in known


# Addresses here belong to people, not to an organisation.
_ANYBODYS = frozenset({"gmail.com", "googlemail.com", "outlook.com", "hotmail.com"})
