"""The functions of Google Cloud: ``worker``, ``tick`` and ``inventory``, each called by HTTP.

Pub/Sub pushes messages to ``worker``, by itself or through Eventarc; Cloud Scheduler calls the
others, or has a message pushed to them.  An answer below 300 acknowledges a message, any other has
it come again, and in the end to the dead-letter topic.  What they were deployed with stands in
their environment (:mod:`tidewaiter_gcp.deployment`).

They take plain requests, as a function for CloudEvents refuses what is none before we can keep it.
All that is ours is loaded at the first request: the server forks after it has read this file.
"""

import os
import time
from functools import cache
from typing import TYPE_CHECKING

import functions_framework

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request

    from tidewaiter.live.worker import Handled, Worker
    from tidewaiter_gcp.deployment import Deployment
    from tidewaiter_gcp.log import Log

    _Done = tuple[Handled, bool]

_Answer = tuple[str, int]

_DONE = ("", 204)
_AGAIN = ("it could not be done now; the log says why\n", 503)
_NO_MESSAGE = ("messages are posted\n", 405)

_TIMEOUT = "CLOUD_RUN_TIMEOUT_SECONDS"  # the framework reads it, too
_USUAL = 540.0  # seconds that a call may take, unless that says it
_TELLING = 120.0  # seconds of them that are kept for telling what an inventory showed


@functions_framework.http
def worker(request: "Request") -> _Answer:
    """Take what a trigger brought, and tell what is new."""
    from tidewaiter_gcp.deliveries import delivery

    if request.method != "POST":
        return _NO_MESSAGE
    headers, body = dict(request.headers), request.get_data()

    def work(live: "Worker") -> "_Done":
        handled = live.work([delivery(headers, body, _here().read_occurrence)])
        return handled, not handled.failed

    return _answer(work)


@functions_framework.http
def tick(_request: "Request") -> _Answer:
    """Tell what waited long enough, and send the digest; the memory forgets by itself."""

    def work(live: "Worker") -> "_Done":
        handled = live.tick(purge=False)
        return handled, handled.well

    return _answer(work)


@functions_framework.http
def inventory(_request: "Request") -> _Answer:
    """Learn what is there, as far as there is time; the next call goes on from there."""
    ends = time.monotonic() + float(os.environ.get(_TIMEOUT) or _USUAL) - _TELLING

    def work(live: "Worker") -> "_Done":
        from tidewaiter.errors import Unavailable

        stock = _here().stock(lambda: ends - time.monotonic())
        handled = live.learn(stock)
        well = handled.well
        if well:
            stock.finish()
        for remark in stock.remarks:  # left out, and tried again the next time
            handled.note(Unavailable(remark))
        return handled, well

    return _answer(work)


def _answer(work: "Callable[[Worker], _Done]") -> _Answer:
    """Do the work, write what became of it, and say whether it must come again."""
    from tidewaiter.errors import Unavailable
    from tidewaiter.settings import SettingsError
    from tidewaiter_gcp.accounts import account, refused, unable

    try:
        current = _here().settings.current()
        if current.refused is not None:
            refused(_log(), current.refused)
        handled, done = work(_here().worker(current.settings))
    except (SettingsError, Unavailable) as error:
        unable(_log(), error)
        return _AGAIN
    account(_log(), handled)
    return _DONE if done else _AGAIN


@cache
def _here() -> "Deployment":
    from tidewaiter_gcp.deployment import Deployment

    return Deployment(os.environ, _log())


@cache
def _log() -> "Log":
    from tidewaiter_gcp.deployment import project_of
    from tidewaiter_gcp.log import Log

    return Log(project_of(os.environ))
