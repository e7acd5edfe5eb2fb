"""The three shapes of one record, made one: each knows other fields, and by other names."""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from tidewaiter.addresses import without_port
from tidewaiter.errors import Malformed
from tidewaiter.sources.azure_activity.bodies import Asked, body_of
from tidewaiter.sources.azure_activity.callers import Claims
from tidewaiter.sources.azure_terms import embedded
from tidewaiter.sources.interface import decode


class Entry(Struct, frozen=True):
    """What all shapes tell.  ``time`` is as written, at ``time_path``."""

    asked: Asked
    time: str
    time_path: str
    status: str | None
    error: str | None
    correlation: str | None
    event_id: str | None
    subscription: str | None
    location: str | None
    claims: Claims
    caller: str | None
    address: str | None


class _Localized(Struct):
    value: str | None = None


Word = str | int | _Localized | None


class _Authorization(Struct):
    scope: str | None = None


class _Identity(Struct):
    claims: Raw = Raw()
    authorization: Raw = Raw()


class _Request(Struct, rename="camel"):
    client_ip_address: str | None = None


class _Properties(Struct, rename="camel"):
    entity: str | None = None
    status_code: Word = None
    requestbody: Any = None
    request_body: Any = None
    responsebody: Any = None
    response_body: Any = None


class _Activity(Struct, rename="camel"):
    correlation_id: str | None = None
    event_data_id: str | None = None
    event_timestamp: str | None = None
    time: str | None = None
    resource_id: str | None = None
    subscription_id: str | None = None
    location: str | None = None
    status: Word = None
    sub_status: Word = None
    result_type: Word = None
    result_signature: Word = None
    caller: str | None = None
    caller_ip_address: str | None = None
    http_request: Raw = Raw()
    claims: Raw = Raw()
    authorization: Raw = Raw()
    identity: Raw = Raw()
    properties: Raw = Raw()


_ACTIVITY = msgspec.json.Decoder(_Activity)
_AUTHORIZATION = msgspec.json.Decoder(_Authorization)
_CLAIMS = msgspec.json.Decoder(Claims)
_IDENTITY = msgspec.json.Decoder(_Identity)
_PROPERTIES = msgspec.json.Decoder(_Properties)
_REQUEST = msgspec.json.Decoder(_Request)
_WORD: msgspec.json.Decoder[Word] = msgspec.json.Decoder(Word)


def word_of(raw: Raw, path: str) -> str | None:
    """Read a word; the REST API wraps words as ``{value, localizedValue}``."""
    return _text(decode(_WORD, raw, path))


def entry_of(raw: Raw | bytes) -> Entry:
    """Read a record of any shape.  Raises :class:`Malformed` with the path of what does not fit."""
    found = decode(_ACTIVITY, raw)
    identity = embedded(_IDENTITY, found.identity, "$.identity") or _Identity()
    properties = embedded(_PROPERTIES, found.properties, "$.properties") or _Properties()
    asked = Asked(
        resource=_resource(found, properties, identity),
        response=body_of(properties.response_body or properties.responsebody),
        request=body_of(properties.requestbody or properties.request_body),
    )
    return Entry(
        asked=asked,
        time=found.event_timestamp or found.time or "",
        time_path="$.eventTimestamp" if found.event_timestamp else "$.time",
        status=_text(found.status) or _text(found.result_type),
        error=_error(found, properties),
        correlation=found.correlation_id or None,
        event_id=found.event_data_id or None,
        subscription=found.subscription_id or None,
        location=found.location or None,
        claims=_claims(found, identity),
        caller=found.caller or None,
        address=_address(found),
    )


def _text(word: Word) -> str | None:
    text = word.value if isinstance(word, _Localized) else word
    return None if text is None else str(text).strip() or None


def _resource(found: _Activity, properties: _Properties, identity: _Identity) -> str:
    """Alerts have the resource only as the entity or as the scope that was authorised."""
    named = (
        found.resource_id
        or properties.entity
        or _scope(found.authorization, "$.authorization")
        or _scope(identity.authorization, "$.identity.authorization")
        or ""
    )
    resource = named.strip().lower().rstrip("/")
    if not resource:
        raise Malformed("an operation on no resource", "$.resourceId")
    return resource


def _scope(authorization: Raw, path: str) -> str | None:
    return (embedded(_AUTHORIZATION, authorization, path) or _Authorization()).scope


def _claims(found: _Activity, identity: _Identity) -> Claims:
    return (
        embedded(_CLAIMS, found.claims, "$.claims")
        or embedded(_CLAIMS, identity.claims, "$.identity.claims")
        or Claims()
    )


def _address(found: _Activity) -> str | None:
    request = embedded(_REQUEST, found.http_request, "$.httpRequest") or _Request()
    return without_port(found.caller_ip_address or request.client_ip_address)


def _error(found: _Activity, properties: _Properties) -> str | None:
    """Each shape has it elsewhere; in the Event Hub's it is half of ``Failed.Forbidden``."""
    signature = _text(found.result_signature) or ""
    reason = signature.partition(".")[2] or _text(properties.status_code)
    return _text(found.sub_status) or reason or signature or None
