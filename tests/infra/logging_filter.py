"""Read a filter in the query language of Cloud Logging, and say which entries it lets through.

Only what our filters need is understood, and anything else is refused: ``AND``, ``OR``, ``NOT``,
parentheses; ``=``, ``:``, ``=~``, ``>`` and ``>=`` of a path and a value, ``:*``, and a list of
values as in ``=("a" OR "b")``.  Texts are compared without regard to case, patterns with.
https://cloud.google.com/logging/docs/view/logging-query-language
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]
Test = Callable[[Json], bool]

SEVERITIES = "DEFAULT DEBUG INFO NOTICE WARNING ERROR CRITICAL ALERT EMERGENCY".split()

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\["\\])*")|(?P<operator>=~|>=|[=:>])|(?P<mark>[()*])'
    r"|(?P<word>[\w.@-]+))"
)


class Token(NamedTuple):
    """A part of a filter: its kind and how it is written."""

    kind: str
    said: str


class Refused(Exception):  # noqa: N818 - the filter is at fault
    """The filter says what is not understood here."""


def let_through(told: str) -> Test:
    """Return what says of an entry whether the filter ``told`` lets it through.

    Raises :class:`Refused`.
    """
    parser = _Parser(list(_tokens(told)))
    found = parser.conditions()
    parser.end()
    return found


def patterns(told: str) -> Iterator[str]:
    """Yield the regular expressions that the filter ``told`` holds methods against."""
    named = ("word", "protoPayload.methodName")
    tokens = list(_tokens(told))
    for path, operator, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if path == named and operator.said == "=~":
            yield _text(value.said)


def _tokens(told: str) -> Iterator[Token]:
    at = 0
    while told[at:].strip():
        found = _TOKEN.match(told, at)
        if found is None:
            raise Refused(told[at : at + 40])
        yield Token(str(found.lastgroup), found[str(found.lastgroup)])
        at = found.end()


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def _next(self, *wanted: str) -> str | None:
        """Take the next token if it is one of ``wanted``, which are written as they are."""
        if self._at < len(self._tokens) and self._tokens[self._at].said in wanted:
            self._at += 1
            return self._tokens[self._at - 1].said
        return None

    def _take(self, *kinds: str) -> str:
        if self._at == len(self._tokens) or self._tokens[self._at].kind not in kinds:
            raise Refused(f"{' or '.join(kinds)} is missing: {self._rest()}")
        self._at += 1
        return self._tokens[self._at - 1].said

    def _rest(self) -> str:
        return " ".join(token.said for token in self._tokens[self._at :])[:40]

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise Refused(self._rest())

    def conditions(self) -> Test:
        """Read what ``AND`` joins; ``OR`` binds more than it, other than nearly everywhere."""
        found = [self._alternatives()]
        while self._next("AND"):
            found.append(self._alternatives())
        return lambda entry: all(test(entry) for test in found)

    def _alternatives(self) -> Test:
        found = [self._one()]
        while self._next("OR"):
            found.append(self._one())
        return lambda entry: any(test(entry) for test in found)

    def _one(self) -> Test:
        if self._next("NOT"):
            refused = self._one()
            return lambda entry: not refused(entry)
        if self._next("("):
            inner = self.conditions()
            self._close()
            return inner
        return self._comparison()

    def _close(self) -> None:
        if not self._next(")"):
            raise Refused(f") is missing: {self._rest()}")

    def _comparison(self) -> Test:
        path, operator = self._take("word"), self._take("operator")
        if operator == ":" and self._next("*"):
            return lambda entry: any(True for _ in _at(entry, path.split(".")))
        tests = [_compared(operator, value) for value in self._values()]
        return lambda entry: any(
            test(value) for value in _at(entry, path.split(".")) for test in tests
        )

    def _values(self) -> list[str]:
        if not self._next("("):
            return [_text(self._take("text", "word"))]
        found = [_text(self._take("text", "word"))]
        while self._next("OR"):
            found.append(_text(self._take("text", "word")))
        self._close()
        return found


def _text(said: str) -> str:
    return re.sub(r"\\(.)", r"\1", said[1:-1]) if said.startswith('"') else said


def _at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """Yield what stands at ``path``; of a list, in each of its members."""
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _compared(operator: str, wanted: str) -> Callable[[Any], bool]:
    match operator:
        case "=":
            return lambda value: str(value).casefold() == wanted.casefold()
        case ":":
            return lambda value: wanted.casefold() in str(value).casefold()
        case "=~":
            pattern = re.compile(wanted)
            return lambda value: pattern.search(str(value)) is not None
        case ">":
            return lambda value: _rank(value) > _rank(wanted)
        case _:
            return lambda value: _rank(value) >= _rank(wanted)


def _rank(value: Any) -> float:
    """The place in an order: of a number itself, of a severity among the others."""
    return float(SEVERITIES.index(value) if value in SEVERITIES else value)
