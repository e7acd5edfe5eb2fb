"""Vulnerability occurrences: a notification names one, and the API tells what was found.

https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.occurrences/get
"""

import logging
import re

from google.api_core.exceptions import Forbidden, NotFound

from tidewaiter.errors import Unavailable
from tidewaiter.outputs.escape import visible
from tidewaiter_gcp.log import Log
from tidewaiter_gcp.services import Services

# What a notification says goes into an address: nothing but a name may stand there.
_NAME = re.compile(
    r"projects/[a-z0-9.:-]{4,80}/(?:locations/[a-z0-9-]{1,40}/)?occurrences/[A-Za-z0-9_-]{1,100}"
)
_LONGEST = 500  # characters of what Google says


class Occurrences:
    """Asks Artifact Analysis; ``containeranalysis.occurrences.get`` is needed."""

    def __init__(self, services: Services, log: Log) -> None:
        self._services = services
        self._log = log

    def read(self, name: str) -> bytes | None:
        """Return the occurrence as JSON; ``None``, with a word in the log, if it is gone or not for
        us, as its severity is worth less than the rest.

        Raises :class:`~tidewaiter.errors.Unavailable` if there is no answer now.
        """
        if not _NAME.fullmatch(name):
            return None
        try:
            return self._services.get("containeranalysis", f"/v1/{name}")
        except Unavailable as error:
            if isinstance(error.__cause__, Forbidden | NotFound):
                told = {"why": visible(str(error), _LONGEST)}
                self._log.write("remark", logging.WARNING, "an occurrence cannot be read", told)
                return None
            raise
