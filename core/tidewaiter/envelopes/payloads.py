"""Payloads that travel as base64, with or without gzip inside."""

import binascii

from tidewaiter.envelopes.interface import Fields, text
from tidewaiter.errors import Malformed
from tidewaiter.reading.inflating import MAGIC, inflate_within

# A Kinesis record holds 10 MiB at most, and log text shrinks ten- to twentyfold: more is a bomb.
# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
LARGEST = 256 << 20


def payload(fields: Fields, name: str, path: str) -> bytes:
    """Return what the base64 text in a member holds, decompressed if it is gzip.

    Raises :class:`~tidewaiter.errors.Malformed` with the member's path.
    """
    try:
        data = binascii.a2b_base64(text(fields, name, path), strict_mode=True)
    except ValueError as error:
        raise Malformed(f"not base64: {error}", f"{path}.{name}") from None
    if not data.startswith(MAGIC):
        return data
    try:
        return inflate_within(data, LARGEST)
    except Malformed as error:
        raise Malformed(error.reason, f"{path}.{name}") from None
