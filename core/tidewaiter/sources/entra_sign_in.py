"""Entra ID's sign-in logs: people, applications and managed identities, into a tenant.

They come as records of a diagnostic setting (``category`` SignInLogs, NonInteractiveUserSignInLogs,
ServicePrincipalSignInLogs ..., the sign-in in ``properties``), as ``signIn`` objects of Microsoft
Graph, or as rows of Log Analytics (SigninLogs, AADServicePrincipalSignInLogs ...):
https://learn.microsoft.com/graph/api/resources/signin
https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs

A token that was given out is named as Azure's Activity Log names it, so that a sign-in and what
was done with it can be joined.
"""

from tidewaiter.addresses import without_port
from tidewaiter.model import (
    Activity,
    Client,
    Credential,
    Event,
    Outcome,
    Principal,
    Report,
    Session,
    short_hash,
)
from tidewaiter.sources.azure_members import Members, tenant_of
from tidewaiter.sources.azure_terms import azure_moment, outcome_of, severity_of, token_id
from tidewaiter.sources.interface import Record, Source

_GRAPH = {"createdDateTime", "appId", "status", "ipAddress"}
_TIMES = ("createdDateTime", "TimeGenerated", "time")

# The user is asked for more, and another record tells how that ended.
# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_INTERRUPTS = frozenset(
    {
        "16000",  # choose an account
        "16001",
        "50055",  # the password has expired: choose another
        "50058",  # not signed in yet
        "50072",  # register for a second factor
        "50074",  # show the second factor
        "50076",
        "50079",
        "50097",  # show the device's identity
        "50125",  # reset the password
        "50127",  # install the broker app
        "50129",  # register the device
        "50140",  # "keep me signed in?"
        "50144",  # the password of the own directory has expired
        "50158",  # answer a challenge of another provider
        "50168",  # let the browser sign in
        "50199",  # confirm the application
        "51006",
        "52004",  # consent
        "65001",
    }
)

_ANY_PROTOCOL = {"none", "oauth2", "unknownfuturevalue"}
_SINGLE_FACTOR = "singlefactorauthentication"
_MULTI_FACTOR = "multifactorauthentication"
_SHOWN = ("mfa completed", "mfa requirement satisfied", "mfa successfully completed")


def claims(record: Record) -> bool:
    """The category, or a row's table, ends in its name; Graph's objects have none."""
    fields = record.fields
    names = (bytes(fields.get(name, b"")) for name in ("category", "Category", "Type"))
    return any(name.lower().endswith(b'signinlogs"') for name in names) or fields.keys() >= _GRAPH


def read(record: Record) -> Event:
    """Read one sign-in, whether it succeeded, failed or was interrupted."""
    own = Members(record.fields)
    row = own.inner("properties").over(own)
    time = azure_moment(row.text(*_TIMES) or "", row.path(*_TIMES))
    tenant = tenant_of(own) or (row.text("resourceTenantId") or "").lower() or None
    principal = _principal(row, tenant)
    status = row.inner("status")
    code = status.word("errorCode") or row.word("resultType")
    outcome = _outcome(code)
    own_id = row.text("id") or short_hash(
        row.text("correlationId"), time.isoformat(), code, principal.id if principal else None
    )
    return Event(
        id=own_id,
        act=f"azure:signin:{own_id}".lower(),
        time=time,
        provider="azure",
        source=SOURCE.name,
        activity=Activity.IDENTITY_SIGNED_IN,
        operation="Sign-in activity",  # what all shapes but Graph's call it
        outcome=outcome,
        error=_error(row, status, code) if outcome is not Outcome.SUCCESS else None,
        service="microsoft.aadiam",
        account=tenant,
        principal=principal,
        credential=_credential(row, status, outcome),
        client=_client(row),
        target=_resource(row),
        session=_session(row, outcome),
        report=_risk(row),
    )


def _outcome(code: str | None) -> Outcome:
    if code in _INTERRUPTS:
        return Outcome.PENDING
    if code is not None and code.isascii() and code.isdigit():
        return Outcome.FAILURE if code.strip("0") else Outcome.SUCCESS
    return outcome_of(code)


def _error(row: Members, status: Members, code: str | None) -> str | None:
    told = (code, status.text("failureReason") or row.text("resultDescription"))
    return ": ".join(part for part in told if part) or None


def _principal(row: Members, tenant: str | None) -> Principal | None:
    user = row.text("userPrincipalName", "userId")
    application = row.text("appId", "servicePrincipalId")
    if row.text("servicePrincipalId") and application and not row.text("userPrincipalName"):
        name = row.text("servicePrincipalName")
        return Principal(application.lower(), name, type="ServicePrincipal", account=tenant)
    if user is None:
        return None
    home = (row.text("homeTenantId") or tenant or "").lower() or None
    return Principal(user.lower(), row.text("userDisplayName"), type="User", account=home)


def _credential(row: Members, status: Members, outcome: Outcome) -> Credential | None:
    """An application's key or certificate; of a person, whether there was a second factor."""
    found = Credential(
        id=row.text(
            "servicePrincipalCredentialKeyId",
            "federatedCredentialId",
            "servicePrincipalCredentialThumbprint",
        ),
        session=row.text("sessionId"),
        issued_to=row.text("appDisplayName"),  # the program that acts for the person
        mfa=_mfa(row, status, outcome),
    )
    return None if found == Credential() else found


def _mfa(row: Members, status: Members, outcome: Outcome) -> bool | None:
    """Whether a second factor was shown, now or for the token that was brought along."""
    steps = (step for step in row.each("authenticationDetails") if step.flag("succeeded"))
    told = [step.text("authenticationStepResultDetail") for step in steps]
    told.append(status.text("additionalDetails"))
    if any((text or "").lower().startswith(_SHOWN) for text in told) or _is_enforced(row):
        return True
    required = (row.text("authenticationRequirement") or "").lower()
    if required == _MULTI_FACTOR and outcome is Outcome.SUCCESS:
        return True
    return False if required == _SINGLE_FACTOR else None


def _is_enforced(row: Members) -> bool:
    """Whether a conditional access policy demanded nothing but a second factor, and got it."""
    for policy in row.each("appliedConditionalAccessPolicies", "ConditionalAccessPolicies"):
        controls = policy.texts("enforcedGrantControls")
        if policy.text("result") == "success" and [one.lower() for one in controls] == ["mfa"]:
            return True
    return False


def _client(row: Members) -> Client | None:
    found = Client(
        address=without_port(row.text("ipAddress", "callerIpAddress")),
        user_agent=row.text("userAgent", "clientAppUsed"),  # "Browser", where nothing else is told
    )
    return None if found == Client() else found


def _resource(row: Members) -> str | None:
    """The id of the resource that was signed in to; a record's own is that of the log."""
    found = row.text("resourceIdentity", "resourceId") or "/"
    return None if found.startswith("/") else found.lower()


def _session(row: Members, outcome: Outcome) -> Session | None:
    account = row.text("resourceTenantId")
    found = Session(
        account=account.lower() if account else None,
        # Every request has an id; it names a token only if there was one.
        credential=(
            token_id(row.text("uniqueTokenIdentifier")) if outcome is Outcome.SUCCESS else None
        ),
        provider=row.text("tokenIssuerName", "tokenIssuerType"),
        method=_method(row),
        target=row.text("resourceDisplayName"),
    )
    return None if found == Session() else found


def _method(row: Members) -> str | None:
    """The protocol where it says much (deviceCode, ropc, saml20), else what was shown."""
    protocol = row.text("authenticationProtocol") or "none"
    if protocol.lower() not in _ANY_PROTOCOL:
        return protocol
    methods = [step.text("authenticationMethod") for step in row.each("authenticationDetails")]
    shown = (*methods, row.text("clientCredentialType"), row.text("incomingTokenType"), protocol)
    return next((method for method in shown if method and method.lower() != "none"), None)


def _risk(row: Members) -> Report | None:
    """What Identity Protection thinks of it; a level without a state says nothing."""
    kinds = row.texts("riskEventTypes_v2", "riskEventTypes")
    state = (row.text("riskState") or "none").lower()
    if not kinds and state == "none":
        return None
    return Report(
        type=", ".join(kinds) or None,
        severity=severity_of(row.text("riskLevelDuringSignIn")),
        status=None if state == "none" else state,
    )


SOURCE = Source(
    name="entra_sign_in",
    provider="azure",
    title="Entra ID sign-in logs",
    link="https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-ins",
    claims=claims,
    read=read,
)
