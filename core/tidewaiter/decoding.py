"""Typed decoding of untrusted JSON: what is wrong becomes ``Malformed`` with the field's path."""

from typing import TypeVar

import msgspec
from msgspec import Raw

from tidewaiter.errors import Malformed

T = TypeVar("T")


def decode(decoder: msgspec.json.Decoder[T], raw: Raw | bytes | str, path: str = "$") -> T:
    """Decode ``raw``; a failure is :class:`Malformed` with the path below ``path``."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at `")
        raise Malformed(reason, path + where.rstrip("`").removeprefix("$")) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Malformed(str(error) or type(error).__name__, path) from None
