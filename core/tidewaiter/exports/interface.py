"""What every export is: a name and a function from an event to one JSON object."""

from collections.abc import Callable

from msgspec import Struct

from tidewaiter.exports.members import Members
from tidewaiter.model import Event


class Export(Struct, frozen=True, kw_only=True):
    """One foreign format.  ``convert`` knows every activity, and raises nothing."""

    name: str  # as it is typed: ocsf
    title: str  # for people
    link: str  # the format's own page
    convert: Callable[[Event], Members]
