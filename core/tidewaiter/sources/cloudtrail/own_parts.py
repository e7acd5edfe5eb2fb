"""Calls that take away parts of Tidewaiter itself: what judges, and what is remembered.

https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html,
https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html

Functions and tables are everybody's tools; only those that are named after us are ours.
"""

from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Change
from tidewaiter.sources.amazon import parse_arn
from tidewaiter.sources.cloudtrail.call import Call, Reader, Told, Verbs, answered, requested
from tidewaiter.sources.cloudtrail.monitoring import place_of
from tidewaiter.sources.interface import Ignored

OURS = "tidewaiter"
JUDGES = "function of ours"
REMEMBERS = "memory of ours"


class Request(Struct, rename="camel"):
    """What callers send, whatever the verb."""

    function_name: str | None = None
    table_name: str | None = None
    reserved_concurrent_executions: int | None = None
    enabled: bool | None = None


class Answer(Struct, rename="camel"):
    """What is known of an event source only after the call, whose request has its id alone."""

    function_arn: str | None = None
    event_source_arn: str | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)


def _ended(what: str, judge: Callable[[Request], str | None]) -> Reader:
    """Make the reader of a verb; ``judge`` says what was set, or ``None`` if that is no news."""

    def read(call: Call) -> Told | Ignored:
        request, answer = requested(call, _REQUEST), answered(call, _ANSWER)
        told = request.table_name or request.function_name or answer.function_arn
        to, name = judge(request), _name(told or "")
        if to is None or OURS not in name.lower():
            return Ignored(f"cloudtrail {call.event_source} of others")
        feed = parse_arn(answer.event_source_arn)
        of = f"{feed.resource} for {name}" if feed else name
        change = Change(what, to, place_of(call, of))
        return Told(activity=Activity.MONITORING_CHANGED, changes=(change,), target=name)

    return read


def _name(text: str) -> str:
    """Name a function or table by itself, however it is told: bare, with its alias, or as an ARN.

    >>> _name("arn:aws:lambda:eu-west-1:111122223333:function:tidewaiter-worker:live")
    'tidewaiter-worker'
    """
    arn = parse_arn(text)
    resource = arn.resource if arn else text
    return resource.removeprefix("function:").removeprefix("table/").partition(":")[0]


def _concurrency(request: Request) -> str | None:
    """With none reserved, a function never runs."""
    return "off" if request.reserved_concurrent_executions == 0 else "on"


def _source(request: Request) -> str | None:
    return None if request.enabled is None else "on" if request.enabled else "off"


LAMBDA: Verbs = {  # the dates are versions of Lambda's interface
    "DeleteEventSourceMapping20150331": _ended(JUDGES, lambda _: "narrowed"),
    "DeleteFunction20150331": _ended(JUDGES, lambda _: "removed"),
    "DeleteFunctionConcurrency20171031": _ended(JUDGES, lambda _: "on"),
    "PutFunctionConcurrency20171031": _ended(JUDGES, _concurrency),
    "UpdateEventSourceMapping20150331": _ended(JUDGES, _source),
}
OWN_PARTS: Mapping[str, Verbs] = {
    "dynamodb.amazonaws.com": {"DeleteTable": _ended(REMEMBERS, lambda _: "removed")}
}
