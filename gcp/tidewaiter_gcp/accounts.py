"""What became of a request, as entries of the log; metrics are made of them.

Each counts in ``jsonPayload.metrics`` by the names of ``docs/live.md``; a metric that is not there
is nought.  A log-based metric takes them out, as in ``EXTRACT(jsonPayload.metrics.Told)``.
"""

import logging

from tidewaiter.errors import Unavailable
from tidewaiter.live.worker import Handled
from tidewaiter.outputs.escape import visible
from tidewaiter.settings import SettingsError
from tidewaiter_gcp.log import Log

_LONGEST = 500  # characters of a remark; what a record said may be in it


def account(log: Log, handled: Handled) -> None:
    """Write one entry with all counts, one for each delay, and the remarks."""
    counts = {name: count for name, count in sorted(handled.counts.items()) if count}
    log.write("handled", logging.INFO, "handled", {"metrics": counts})
    for seconds in handled.delays:
        log.write("handled", logging.INFO, "told", {"metrics": {"Delay": seconds}})
    level = logging.ERROR if handled.counts["Bugs"] else logging.WARNING
    for remark in handled.remarks:
        log.write("remark", level, visible(remark, _LONGEST), {})


def refused(log: Log, why: str) -> None:
    """Write that the settings cannot be used."""
    told = {"metrics": {"SettingsRefused": 1}, "why": visible(why, _LONGEST)}
    log.write("remark", logging.ERROR, "settings refused", told)


def unable(log: Log, error: SettingsError | Unavailable) -> None:
    """Write that nothing could be done, and the message comes again."""
    why = "Unavailable" if isinstance(error, Unavailable) else "SettingsRefused"
    told = {"metrics": {"HandedBack": 1, why: 1}, "why": visible(str(error), _LONGEST)}
    log.write("remark", logging.ERROR, "nothing could be done", told)
