"""Who calls the Kubernetes API, by the name the cluster knows.

Names: https://kubernetes.io/docs/reference/access-authn-authz/authentication/
"""

from tidewaiter.model import Principal

_SERVICE_ACCOUNT = "system:serviceaccount:"


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
