"""What tags look like: ``1.4.2`` and ``1.5.0`` are of one pattern, and so are ``main-3f2a91c`` and
``main-77b0e21``.
"""

import re
from functools import lru_cache

_VARYING = re.compile(r"(?<![a-zA-Z])[0-9a-f]*\d[0-9a-f]*(?![a-zA-Z])|\d+")


@lru_cache(maxsize=8192)
def pattern(tag: str | None) -> str:
    """Return ``tag`` with every number and hexadecimal id replaced by ``*``; an absent tag is
    empty.

    >>> pattern("v1.4.2-rc3"), pattern("sha-3f2a91c"), pattern("latest"), pattern("base")
    ('v*.*.*-rc*', 'sha-*', 'latest', 'base')
    """
    return _VARYING.sub("*", tag) if tag else ""
