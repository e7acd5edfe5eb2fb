"""Names that operators write as patterns: ``arn:aws:iam::*:role/ci-*``, without regard to case."""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache


def fits(name: str | None, patterns: Iterable[str]) -> bool:
    """Whether one of ``patterns`` fits the whole of ``name``.

    >>> fits("Prod/Web", ["prod/*"]), fits("prod", ["prod/*"]), fits(None, ["*"])
    (True, False, False)
    """
    return name is not None and any(_compiled(one).match(name) for one in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern), re.IGNORECASE)
