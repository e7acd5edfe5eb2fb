"""What an operation was asked and what it answered: the bodies in a record's ``properties``.

They are the caller's own text and are often absent or cut, so whatever does not fit there is
unknown, never malformed.  Property names come in any case, since Azure takes them in any.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from tidewaiter.sources.telling import Told

_ANYTHING = msgspec.json.Decoder()


class Asked(Struct, frozen=True):
    """An operation's lower-case resource id and its bodies, decoded as far as they could be."""

    resource: str
    response: object = None
    request: object = None
    created: bool = False  # whether the answer was 201: it was not there before

    def nodes(self, path: str) -> list[object]:
        """Return what stands at ``path`` in the response, which knows more, or in the request."""
        return nodes_at(self.response, path) or nodes_at(self.request, path)

    def texts(self, path: str) -> list[str]:
        """Return the non-empty strings at ``path``."""
        return texts_of(self.nodes(path))

    def first(self, *paths: str) -> str | None:
        """Return the first string at the first of ``paths`` that has one."""
        return next((text for path in paths for text in self.texts(path)), None)


Verbs = dict[str, Callable[[Asked], Told]]  # by lower-case operation name


def body_of(text: object) -> object:
    """Decode a body, given as JSON text or already as an object; ``None`` if it is broken."""
    if not isinstance(text, str):
        return text
    try:
        return _ANYTHING.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def nodes_at(body: object, path: str) -> list[object]:
    """Return what stands at the dotted ``path``, members of lists included, names in any case."""
    found = [body]
    for wanted in path.lower().split("."):
        below: list[object] = []
        for name, value in (
            pair for node in found if isinstance(node, dict) for pair in node.items()
        ):
            if name.lower() == wanted:
                below.extend(value if isinstance(value, list) else [value])
        found = below
    return found


def texts_of(nodes: list[object]) -> list[str]:
    """Keep the non-empty strings."""
    return [node.strip() for node in nodes if isinstance(node, str) and node.strip()]
