"""Who called, by the claims of the token.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Credential, Principal

_XML = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_MICROSOFT = "http://schemas.microsoft.com"


class Claims(Struct):
    """The claims we use; ``uti`` names the token, ``methods`` how the user signed in."""

    name: str | None = None
    appid: str | None = None
    idtyp: str | None = None
    uti: str | None = None
    spn: str | None = msgspec.field(default=None, name=f"{_XML}/spn")
    email: str | None = msgspec.field(default=None, name=f"{_XML}/emailaddress")
    upn: str | None = msgspec.field(default=None, name=f"{_XML}/upn")
    unique_name: str | None = msgspec.field(default=None, name=f"{_XML}/name")
    oid: str | None = msgspec.field(
        default=None, name=f"{_MICROSOFT}/identity/claims/objectidentifier"
    )
    tenant: str | None = msgspec.field(default=None, name=f"{_MICROSOFT}/identity/claims/tenantid")
    methods: str | list[str] | None = msgspec.field(
        default=None, name=f"{_MICROSOFT}/claims/authnmethodsreferences"
    )


def principal_of(claimed: Claims, caller: str | None) -> Principal | None:
    """A user by name, an application by its application id.

    Alerts give an application's object id as caller and Event Hub gives no caller at all: only the
    claims tell the same in all shapes.
    """
    names = (_mailbox(text) for text in (claimed.upn, claimed.unique_name, claimed.name, caller))
    user = next((name for name in names if name), None)
    tenant = claimed.tenant.lower() if claimed.tenant else None
    if user and claimed.idtyp != "app":
        display = (claimed.name or "").strip()
        named = None if display.lower() == user else display or None
        return Principal(id=user, name=named, type="User", account=tenant)
    # Azure's own engines (autoscale, Advisor) have a name only, and in one claim or another.
    application = (
        claimed.appid or claimed.oid or claimed.spn or claimed.email or (caller or "").strip()
    )
    if not application:
        return None
    return Principal(id=application.lower(), type="ServicePrincipal", account=tenant)


def _mailbox(text: str | None) -> str | None:
    # Guests from personal accounts are written live.com#alice@example.com in the claims.
    name = (text or "").strip().lower().removeprefix("live.com#")
    return name if "@" in name and " " not in name else None


def credential_of(claimed: Claims) -> Credential | None:
    """Return the token's id and whether a second factor was used; ``None`` if neither is told."""
    methods = claimed.methods
    listed = methods.split(",") if isinstance(methods, str) else methods or []
    mfa = "mfa" in [method.strip().lower() for method in listed] if listed else None
    found = Credential(id=claimed.uti or None, mfa=mfa)
    return None if found == Credential() else found
