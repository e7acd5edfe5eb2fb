"""The functions of AWS Lambda: ``handler.worker``, ``handler.tick`` and ``handler.inventory``.

Each takes what Lambda gives it, lets core do the work, and tells Lambda what must come again.
What they were deployed with stands in their environment (:mod:`tidewaiter_aws.deployment`).
"""

import os
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from tidewaiter.errors import Unavailable
from tidewaiter.live.worker import Handled, Worker
from tidewaiter.outputs.escape import visible
from tidewaiter_aws.deliveries import deliveries, is_queued, while_there_is_time
from tidewaiter_aws.deployment import Deployment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_TELLING = 180.0  # seconds of an inventory's time that are kept for telling what it showed
_LONGEST = 500  # characters of a remark; what a record said may be in it

logger = Logger()
metrics = Metrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Tidewaiter"))


@logger.inject_lambda_context
def worker(event: Any, context: "LambdaContext") -> dict[str, Any] | None:
    """Take what a trigger brought, and tell what is new.

    A queue hears which messages must come again.  From any other trigger the invocation fails, so
    that Lambda repeats it, and in the end gives it to the failure destination.
    """
    found = deliveries(event, context.aws_request_id, _here().objects.blocks)
    handled = _worker().work(while_there_is_time(found, context.get_remaining_time_in_millis))
    _account(handled)
    if is_queued(event):
        failed = dict.fromkeys(handled.failed)
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
    if handled.failed:
        raise Unavailable("it could not be done now; the log says why")
    return None


@logger.inject_lambda_context
def tick(_event: Any, _context: "LambdaContext") -> None:
    """Tell what waited long enough, and send the digest; the memory forgets by itself."""
    _finish(_worker().tick(purge=False))


@logger.inject_lambda_context
def inventory(_event: Any, context: "LambdaContext") -> None:
    """Learn what is there, as far as there is time; the next invocation goes on from there."""
    stock = _here().stock(lambda: context.get_remaining_time_in_millis() / 1000 - _TELLING)
    handled = _worker().learn(stock)
    if handled.well:
        stock.finish()
    _finish(handled, stock.remarks)


def _worker() -> Worker:
    """Make a worker with the settings that hold now."""
    current = _here().settings.current()
    if current.refused is not None:
        logger.error("settings refused", extra={"reason": visible(current.refused, _LONGEST)})
        metrics.add_metric("SettingsRefused", MetricUnit.Count, 1)
    return _here().worker(current.settings)


@cache
def _here() -> Deployment:
    return Deployment(os.environ)


def _finish(handled: Handled, left_out: Iterable[str] = ()) -> None:
    well = handled.well
    for remark in left_out:  # it is tried again the next time
        handled.note(Unavailable(remark))
    _account(handled)
    if not well:
        raise Unavailable("it could not be done now; the log says why")


def _account(handled: Handled) -> None:
    """Write metrics and remarks."""
    for name, count in handled.counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    for seconds in handled.delays:
        metrics.add_metric("Delay", MetricUnit.Seconds, seconds)
    if handled.counts:
        metrics.flush_metrics()
    for remark in handled.remarks:
        logger.warning(visible(remark, _LONGEST))
