"""Structured logs: one JSON object a line, which Cloud Run hands to Cloud Logging.

https://cloud.google.com/logging/docs/structured-logging
"""

import logging
from collections.abc import Mapping
from functools import cached_property
from typing import Any

_NAME = "tidewaiter"
_LABEL = "tidewaiter"  # tells our entries from those of the server around us


class Log:
    """Writes entries with the trace of the request and the label ``tidewaiter``, whose value says
    what they are: ``mail``, ``handled`` or ``remark``.

    The library of Google is loaded for the first of them.
    """

    def __init__(self, project: str | None = None) -> None:
        self._project = project

    @cached_property
    def _logger(self) -> logging.Logger:
        from google.cloud.logging.handlers import StructuredLogHandler  # 0.4 seconds

        logger = logging.getLogger(_NAME)
        handler = StructuredLogHandler(  # type: ignore[no-untyped-call]
            project_id=self._project, labels={_LABEL: "remark"}
        )
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
        return logger

    def write(self, what: str, level: int, message: str, fields: Mapping[str, Any]) -> None:
        """Write one entry; ``level`` is one of :mod:`logging`, which are Google's severities.

        ``message`` and the texts in ``fields`` must be escaped already.
        """
        # As a mapping: the handler would read a text that looks like JSON as an entry's fields.
        payload = {"message": message, **fields}
        self._logger.log(level, payload, extra={"labels": {_LABEL: what}})
