r"""Keep mail programs from making links out of what an attacker wrote.

They turn every ``http://...``, ``www...``, ``name.com`` and ``\\server\share`` into a link, and a
repository, a tag or a user agent can read like any of these.  So dots and slashes that would make
one are put into brackets, as responders write to each other about such names.

Shown as they are, to be copied, are hosts under which nobody but the cloud can put a page (the
registries of ECR, ACR, Artifact Registry and Container Registry), Google's service accounts,
addresses in numbers, which no mail program links, and our own file.
"""

import re

_DOTS = ".\u3002\uff0e\uff61"  # what browsers take for a dot: UTS #46
_NAME = re.compile(rf"[\w-]+(?:[{_DOTS}][\w-]+)+")
_DOT = re.compile(f"[{_DOTS}]")
_SCHEME = re.compile(r"(?<=\w)://")
_SHARE = re.compile(r"\\\\(?=\w)")
_HARMLESS = re.compile(
    r"""
      tidewaiter\.toml
    | \d{12}\.dkr\.ecr(?:-fips)?\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?
    | [a-z0-9]+\.azurecr\.io
    | [a-z0-9-]+-docker\.pkg\.dev
    | (?:(?:us|eu|asia)\.)?gcr\.io
    | [a-z0-9-]+\.iam\.gserviceaccount\.com
    """,
    re.VERBOSE,
)


def unlinked(text: str) -> str:
    r"""Return ``text`` with nothing in it that a mail program would make a link of.

    >>> unlinked("pulled evil.example.com/web:1.4 with https://198.51.100.7/x from 203.0.113.9")
    'pulled evil[.]example[.]com/web:1.4 with https[:]//198.51.100.7/x from 203.0.113.9'
    >>> unlinked("111122223333.dkr.ecr.eu-west-1.amazonaws.com/prod/web")
    '111122223333.dkr.ecr.eu-west-1.amazonaws.com/prod/web'
    """
    text = _SCHEME.sub("[:]//", text)
    text = _SHARE.sub(r"[\\\\]", text)
    return _NAME.sub(_bracketed, text)


def _bracketed(found: re.Match[str]) -> str:
    name = found[0]
    if _HARMLESS.fullmatch(name):
        return name
    first, *others = _DOT.split(name)
    # Some programs link the beginning of a name that goes on with something else.
    linked = first.lower() == "www" or any(_may_end_a_host(label) for label in others)
    return _DOT.sub("[.]", name) if linked else name


def _may_end_a_host(label: str) -> bool:
    """Whether it begins as a top-level domain does: programs differ in where they see its end."""
    return len(label) > 1 and label[:2].isalpha()
