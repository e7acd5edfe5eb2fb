"""Who acted, with what, and from where."""

from tidewaiter.exports.members import Members, email, ip, told, zone_of
from tidewaiter.model import Client, Credential, Endpoint, Event, Principal, PrincipalKind, Zone

# OCSF wants an actor, a user and a source where a log may tell none.
UNKNOWN_USER: Members = {"name": "Unknown", "type_id": 0}
UNKNOWN_ENDPOINT: Members = {"name": "Unknown", "type_id": 0}

_USER_TYPES = {None: 0, PrincipalKind.HUMAN: 1, PrincipalKind.PIPELINE: 4, PrincipalKind.SERVICE: 4}
_ADMIN = 2
# What an account is, and what a principal belongs to: at Azure these are two things.
ACCOUNTS: dict[str, Members] = {
    "aws": {"type_id": 10, "type": "AWS Account"},
    "azure": {"type_id": 13, "type": "Azure Subscription"},
    "gcp": {"type_id": 11, "type": "GCP Project"},
}
TENANT: Members = {"type_id": 99, "type": "Microsoft Entra tenant"}
_HOMES = {**ACCOUNTS, "azure": TENANT}


def account(uid: str | None, kind: Members) -> Members:
    """Return the account ``uid`` of a kind."""
    return {} if uid is None else {"uid": uid, **kind}


def user(principal: Principal | None, provider: str) -> Members:
    """Return the principal, or what stands for one that is not told."""
    if principal is None:
        return UNKNOWN_USER
    return told(
        uid=principal.id,
        name=principal.name,
        type_id=_ADMIN if principal.type == "Root" else _USER_TYPES[principal.kind],
        type=principal.type,
        account=account(principal.account, _HOMES.get(provider, {})),
        email_addr=email(principal.id) or email(principal.name),
    )


def session(credential: Credential | None) -> Members:
    """Return the session in which the principal acted."""
    return told(
        uid=credential and credential.session,
        uid_alt=credential and credential.issued_to,
        credential_uid=credential and credential.id,
        is_mfa=credential and credential.mfa,
    )


def actor(event: Event) -> Members:
    """Return who acted, in which session."""
    inside = session(event.credential)
    known = event.principal is not None or not inside
    return told(user=user(event.principal, event.provider) if known else None, session=inside)


def source(client: Client | None) -> Members:
    """Return where a call came from; a service's name stands where no address is told."""
    if client is None:
        return UNKNOWN_ENDPOINT
    address = ip(client.address)
    found = told(ip=address, svc_name=None if address else client.address)
    return (found or UNKNOWN_ENDPOINT) | _place(
        client.zone, client.country, client.asn, client.network
    )


def end(of_flow: Endpoint) -> Members:
    """Return one end of a flow, without its place in a network."""
    address = ip(of_flow.address)
    found = told(
        ip=address,
        svc_name=None if address else of_flow.address,
        instance_uid=of_flow.instance,
    )
    translated = ip(of_flow.translated_address)
    return (found or UNKNOWN_ENDPOINT) | told(
        port=of_flow.port,
        intermediate_ips=[translated] if translated else None,
        **_place(of_flow.zone, of_flow.country, of_flow.asn, None),
    )


def _place(zone: Zone | None, country: str | None, asn: int | None, network: str | None) -> Members:
    return told(
        zone=zone_of(zone),
        location=told(country=country),
        autonomous_system=told(number=asn, name=network),
    )


def agent(client: Client | None) -> Members:
    """Return the request, of which only the program's name is known."""
    return told(user_agent=client and client.user_agent)
