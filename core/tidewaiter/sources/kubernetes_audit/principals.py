"""Who calls the Kubernetes API, by the name the cluster knows, with what, and from where.

Names: https://kubernetes.io/docs/reference/access-authn-authz/authentication/
Addresses: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ (``sourceIPs``)
"""

import re
from collections.abc import Sequence
from ipaddress import ip_network

from msgspec import Struct

from tidewaiter.addresses import parse_address
from tidewaiter.model import Client, Credential, Principal

_SERVICE_ACCOUNT = "system:serviceaccount:"
_ARN_ACCOUNT = re.compile(r"arn:[^:]*:iam::(\d+):")
# EKS knows the key; since Kubernetes 1.30 every cluster names the token or the certificate.
_CREDENTIALS = ("accessKeyId", "authentication.kubernetes.io/credential-id")

# Where load balancers and proxies stand, between the caller and the API server.
_INSIDE = tuple(
    map(
        ip_network,
        "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16"
        " fc00::/7 fe80::/10 ::1/128".split(),
    )
)
_HOPS = 8  # nobody has more proxies


class User(Struct):
    """``UserInfo`` of the API: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/."""

    username: str | None = None
    extra: dict[str, list[str] | None] | None = None

    def told(self, name: str) -> str | None:
        """The first value of one extra field of the authenticator."""
        values = self.extra.get(name) if self.extra else None
        return (values[0] if values else None) or None


def service_account(namespace: str | None, name: str) -> str:
    """Spell a service account as the user name under which it calls.

    >>> service_account("ci", "deployer")
    'system:serviceaccount:ci:deployer'
    """
    return f"{_SERVICE_ACCOUNT}{namespace or ''}:{name}"


def cluster_principal(name: str) -> Principal:
    """Read a user name; the same name from every wrapper gives the same principal.

    >>> cluster_principal("system:serviceaccount:ci:deployer").name
    'service account ci/deployer'
    """
    if name.startswith(_SERVICE_ACCOUNT):
        place = name.removeprefix(_SERVICE_ACCOUNT).replace(":", "/", 1)
        return Principal(id=name, name=f"service account {place}", type="ServiceAccount")
    local, at, _ = name.partition("@")
    kind = "Node" if name.startswith("system:node:") else "User"
    return Principal(id=name, name=local if at else None, type=kind)


def principal_of(user: User | None) -> Principal | None:
    """Name the user; EKS also tells the role behind it, as CloudTrail does."""
    if user is None or not user.username:
        return None
    name = user.username
    role = user.told("canonicalArn")
    if role:
        account = _ARN_ACCOUNT.match(role)
        return Principal(id=role, name=name, type="AwsIam", account=account[1] if account else None)
    return cluster_principal(name)


def credential_of(user: User | None, impersonated: User | None = None) -> Credential | None:
    """The key or token it acted with, and in whose name if not its own."""
    user = user or User()
    key = next((found for name in _CREDENTIALS if (found := user.told(name))), None)
    other = impersonated.username if impersonated else None
    issued_to = other or user.told("sessionName")
    return Credential(id=key, issued_to=issued_to) if key or issued_to else None


def client_of(addresses: Sequence[str | None] | None, agent: str | None) -> Client | None:
    """Say from where somebody called: by the last address that is no proxy's within.

    They are in the order of the way, and the caller can write all but the last into a header.

    >>> client_of(["192.0.2.1", "203.0.113.9", "10.0.0.7"], None).address
    '203.0.113.9'
    >>> client_of(["10.1.2.3", "10.0.0.7"], None).address
    '10.0.0.7'
    """
    told = [address for address in (addresses or ())[-_HOPS:] if address]
    last = told[-1] if told else None
    client = Client(
        address=next((one for one in reversed(told) if _is_outside(one)), last),
        user_agent=agent or None,
    )
    return None if client == Client() else client


def _is_outside(text: str) -> bool:
    address = parse_address(text)
    return address is not None and not any(address in network for network in _INSIDE)
