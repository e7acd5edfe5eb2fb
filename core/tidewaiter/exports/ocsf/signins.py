"""Authentication (3002): somebody signed in, or took on a role or service account.

https://schema.ocsf.io/1.6.0/classes/authentication
"""

from tidewaiter.exports.members import Members, milliseconds, plain, told
from tidewaiter.exports.ocsf.frame import frame
from tidewaiter.exports.ocsf.what import api, resources
from tidewaiter.exports.ocsf.who import ACCOUNTS, account, actor, agent, source, user
from tidewaiter.model import Activity, Event, Session

_IMPERSONATE: Members = {"account_switch_type_id": 2, "account_switch_type": "Impersonate"}
_OTHER = 99
_PROTOCOLS = {
    "saml": (5, "SAML"),
    "openid": (4, "OpenID"),
    "oidc": (4, "OpenID"),
    "web identity": (4, "OpenID"),
    "oauth": (6, "OAUTH 2.0"),
    "ldap": (12, "LDAP"),
    "kerberos": (2, "Kerberos"),
}


def sign_in(event: Event) -> Members:
    """Return who one was and who one is now, at which service, and by what proof."""
    made = event.session or Session()
    shared = frame(event, left=_left(event))
    switched = event.activity is Activity.IDENTITY_ASSUMED
    return shared | told(
        **(_IMPERSONATE if switched else {}),
        **_protocol(made.method),
        user=_became(event, made) or user(event.principal, event.provider),
        actor=actor(event) | told(idp=told(name=made.provider)),
        session=_session(event, made),
        service={"name": made.target or event.service or shared["metadata"]["product"]["name"]},
        is_mfa=event.credential and event.credential.mfa,
        src_endpoint=source(event.client),
        dst_endpoint=told(hostname=_registry(event)),
        http_request=agent(event.client),
        api=api(event) if "cloud" in shared else None,
    )


def _left(event: Event) -> Members:
    return told(
        service=event.service,
        method=event.session and event.session.method,
        resources=resources(event),
        report=plain(event.report),
        flow=plain(event.flow),
    )


def _became(event: Event, made: Session) -> Members:
    """Return whom a session acts as, if that is another than the one who asked for it."""
    if made.role is None and made.user is None:
        return {}
    return told(
        uid=made.user or made.role,
        name=made.role,
        account=account(made.account, ACCOUNTS.get(event.provider, {})),
    )


def _session(event: Event, made: Session) -> Members:
    """Return the session that was made; the one before it is the actor's."""
    ends = None if made.lasts is None else milliseconds(event.time) + made.lasts * 1000
    return told(credential_uid=made.credential, uid_alt=made.user, expiration_time=ends)


def _protocol(method: str | None) -> Members:
    if method is None:
        return {}
    word = method.lower()
    known = next((_PROTOCOLS[part] for part in _PROTOCOLS if part in word), (_OTHER, method))
    return {"auth_protocol_id": known[0], "auth_protocol": known[1]}


def _registry(event: Event) -> str | None:
    """A login to a registry names it as an image without a repository."""
    return next((image.registry for image in event.images if image.registry), None)
