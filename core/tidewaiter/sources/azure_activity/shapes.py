"""The four shapes of one record, made one: each knows other fields, and by other names.

REST and alerts write ``eventTimestamp``, ``status`` and ``claims``; the Event Hub ``time``,
``resultType`` and ``identity.claims``; Log Analytics ``TimeGenerated``, ``ActivityStatusValue`` and
``Claims``, with JSON in strings:
https://learn.microsoft.com/azure/azure-monitor/reference/tables/azureactivity
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from tidewaiter.addresses import without_port
from tidewaiter.errors import Malformed
from tidewaiter.sources.azure_activity.bodies import Asked, body_of
from tidewaiter.sources.azure_activity.callers import Claims
from tidewaiter.sources.azure_members import Members
from tidewaiter.sources.interface import Record, decode


class Entry(Struct, frozen=True):
    """What all shapes tell.  ``time`` is as written, at ``time_path``."""

    asked: Asked
    details: Members  # the properties, in which the bodies are
    title: str | None  # BeginRequest, EndRequest, or an alert's title
    time: str
    time_path: str
    status: str | None
    error: str | None
    correlation: str | None
    event_id: str | None
    subscription: str | None
    location: str | None
    category: str  # lower case, without spaces: administrative, policy, servicehealth
    claims: Claims
    caller: str | None
    address: str | None


class _Localized(Struct):
    value: str | None = None


Word = str | int | _Localized | None

_ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_CLAIMS = msgspec.json.Decoder(Claims)
_NULL = Raw(b"null")
_WORD: msgspec.json.Decoder[Word] = msgspec.json.Decoder(Word)

_TIMES = ("TimeGenerated", "eventTimestamp", "time")
_CREATED = {"created", "201"}
# What Azure's engines write about a resource may come without it in an alert.
_OF_ENGINES = {"alert", "autoscale", "policy", "recommendation", "security"}


def operation_of(record: Record) -> str:
    """Read the verb; Log Analytics has a name for people as ``OperationName``, too."""
    fields = record.fields
    name = "OperationNameValue" if "OperationNameValue" in fields else "operationName"
    word = _said(decode(_WORD, fields.get(name, _NULL), f"$.{name}"))
    if word is None:
        raise Malformed("an operation without a name", f"$.{name}")
    return word


def entry_of(record: Record) -> Entry:
    """Read a record of any shape.  Raises :class:`Malformed` with the path of what does not fit."""
    members = Members(record.fields)
    identity = members.inner("identity")
    properties = members.inner("properties", "Properties_d")
    # The Event Hub keeps what the REST API calls properties one level deeper in some categories.
    properties = properties.inner("eventProperties").over(properties)
    answers = _answers(members, properties)
    category = _category(members, properties)
    resource = _resource(members, properties, identity)
    if not resource and category not in _OF_ENGINES:
        raise Malformed("an operation on no resource", "$.resourceId")
    return Entry(
        asked=Asked(
            resource=resource,
            response=_body(properties, "responseBody"),
            request=_body(properties, "requestbody"),
            created=not _CREATED.isdisjoint(answer.lower() for answer in answers),
        ),
        details=properties,
        title=_word(members, "eventName") or _word(properties, "eventName"),
        time=members.text(*_TIMES) or "",
        time_path=members.path(*_TIMES),
        status=_word(members, "status", "resultType", "ActivityStatusValue"),
        error=next(iter(answers), None),
        correlation=members.text("correlationId"),
        event_id=members.text("eventDataId"),
        subscription=members.text("subscriptionId", "_SubscriptionId"),
        location=members.text("location"),
        category=category,
        claims=_claims(members, identity),
        caller=members.text("caller"),
        address=_address(members),
    )


def _word(members: Members, *names: str) -> str | None:
    """Read the first of ``names`` that says something."""
    for raw, path in members.there(*names):
        word = _said(decode(_WORD, raw, path))
        if word:
            return word
    return None


def _said(word: Word) -> str | None:
    """Take a word out; the REST API wraps words as ``{value, localizedValue}``."""
    text = word.value if isinstance(word, _Localized) else word
    return None if text is None else str(text).strip() or None


def _body(properties: Members, name: str) -> object:
    found: object = decode(_ANYTHING, *properties.raw(name))
    return body_of(found)


def _resource(members: Members, properties: Members, identity: Members) -> str:
    """Alerts have the resource only as the entity or as the scope that was authorised."""
    named = (
        members.text("resourceId", "_ResourceId")
        or properties.text("entity")
        or members.inner("authorization", "Authorization_d").text("scope")
        or identity.inner("authorization").text("scope")
        or ""
    )
    return named.lower().rstrip("/")


def _category(members: Members, properties: Members) -> str:
    found = _word(properties, "eventCategory")
    found = found or _word(members, "category", "CategoryValue", "eventSource") or ""
    return found.lower().replace(" ", "")


def _claims(members: Members, identity: Members) -> Claims:
    return (
        members.part(_CLAIMS, "claims", "Claims_d") or identity.part(_CLAIMS, "claims") or Claims()
    )


def _address(members: Members) -> str | None:
    asked = members.text("callerIpAddress") or members.inner("httpRequest").text("clientIpAddress")
    return without_port(asked)


def _answers(members: Members, properties: Members) -> list[str]:
    """Say how HTTP answered, best word first.

    Each shape has it elsewhere; in the Event Hub's it is half of ``Failed.Forbidden``.
    """
    signature = members.word("resultSignature") or ""
    told = (
        _word(members, "subStatus", "ActivitySubstatusValue"),
        signature.partition(".")[2],
        _word(properties, "statusCode"),
        signature,
    )
    # People read "Created (HTTP Status Code: 201)" where machines read "Created".
    return [answer.partition(" (")[0] for answer in told if answer]
