"""The functions of Azure: what they are triggered by, and what they answer.

Each hands what it is given to core, and keeps for later what could not be done now
(:mod:`tidewaiter_azure.retry`).  What they were deployed with stands in their environment
(:mod:`tidewaiter_azure.deployment`).
"""

import os
import time
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import List  # noqa: UP035 - Microsoft's worker refuses list[func.EventHubEvent]

import azure.functions as func

from tidewaiter.errors import Unavailable
from tidewaiter.live.interface import Delivery
from tidewaiter.live.worker import Handled, Worker
from tidewaiter.settings import SettingsError
from tidewaiter_azure import deliveries, log
from tidewaiter_azure.deployment import Deployment

LARGEST = 1 << 20  # bytes of a request; alerts have at most 256 KB
_STORAGE = "TIDEWAITER_STORAGE"
_SLICE = 20 * 60  # seconds; a function may take half an hour

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)


@app.route(route="activity-log", methods=["POST"])
def activity_log(req: func.HttpRequest) -> func.HttpResponse:
    """Take an alert of Azure Monitor, from an action group."""
    body = req.get_body()
    if len(body) > LARGEST:
        log.count(Refused=1)
        return func.HttpResponse(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        _take([deliveries.of_request(body)])
    except (Unavailable, SettingsError) as error:
        log.failed(error)
        # Action groups try again after this status, and not after 500.
        return func.HttpResponse(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    return func.HttpResponse(status_code=HTTPStatus.OK)


@app.event_grid_trigger(arg_name="event")
def event_grid(event: func.EventGridEvent) -> None:
    """Take an event of a registry, in either schema; Event Grid repeats what fails."""
    _take([deliveries.of_event(event)])


# Only where not even the blob can be written the batch fails; then it comes again until it can.
@app.event_hub_message_trigger(
    arg_name="events",
    event_hub_name="%TIDEWAITER_EVENT_HUB%",
    connection="TIDEWAITER_EVENTS",
    cardinality=func.Cardinality.MANY,
    data_type=func.DataType.BINARY,
)
@app.retry(
    strategy="exponential_backoff",
    max_retry_count="-1",
    minimum_interval="00:00:10",
    maximum_interval="00:10:00",
)
def event_hub(events: List[func.EventHubEvent]) -> None:  # noqa: UP006
    """Take a batch of diagnostic logs."""
    _take(list(deliveries.of_hub(events)))


@app.queue_trigger(arg_name="msg", queue_name="%TIDEWAITER_RETRY%", connection=_STORAGE)
def retry(msg: func.QueueMessage) -> None:
    """Try again what could not be done."""
    waiting, delivery = _here().retry.delivery(msg.get_body().decode())
    if delivery is None:
        return
    handled = _work([delivery])
    if not handled.failed:
        _here().retry.done(waiting)
    elif not _here().retry.postpone(waiting, _reason(handled)):
        log.count(GivenUp=1)


@app.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
def tick(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the worker looks for it
    """Tell what waited long enough, send digest and outbox, and forget what has expired."""
    handled = _worker().tick(purge=False)
    try:
        _here().clean()
    except Unavailable as error:
        handled.note(error)
    _finish(handled)


# Every hour, as one slice may not be all; whoever finds that stock was taken lately does nothing.
@app.timer_trigger(arg_name="timer", schedule="0 30 * * * *")
def inventory(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the worker looks for it
    """Learn what is there, a slice at a time."""
    end = time.monotonic() + _SLICE
    stock = _here().stock(lambda: end - time.monotonic())
    handled = _worker().learn(stock)
    handled.remarks += stock.remarks
    if handled.well:
        stock.finish()
    _finish(handled)


def _take(found: Sequence[Delivery]) -> None:
    """Work on deliveries, and keep those that failed.

    Raises :class:`Unavailable` if they cannot be kept: then the platform must bring them again.
    """
    handled = _work(found)
    failed = set(handled.failed)
    for delivery in found:
        if delivery.id in failed:
            _here().retry.keep(delivery, _reason(handled))


def _work(found: Sequence[Delivery]) -> Handled:
    try:
        handled = _worker().work(found)
    except Unavailable as error:  # the settings cannot be had
        handled = Handled(failed=[one.id for one in found])
        handled.note(error)
    log.account(handled)
    return handled


def _worker() -> Worker:
    """Make a worker with the settings that hold now."""
    current = _here().settings.current()
    if current.refused is not None:
        log.refused(current.refused)
    return _here().worker(current.settings)


@cache
def _here() -> Deployment:
    return Deployment(os.environ)


def _reason(handled: Handled) -> str:
    return "; ".join(handled.remarks)


def _finish(handled: Handled) -> None:
    log.account(handled)
    if not handled.well:
        raise Unavailable("it could not be done now; the log says why")
