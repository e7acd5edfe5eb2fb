"""Three errors, named for what the caller must do, and one thing that is no error.

>>> str(Malformed("Expected `str`, got `int`", path="$.userIdentity.arn"))
'$.userIdentity.arn: Expected `str`, got `int`'
"""


class Malformed(Exception):  # noqa: N818 - named for what the caller does with it
    """The record cannot be interpreted: quarantine it whole and go on.

    ``path`` is the offending field in JSON path notation (``$`` is the record itself).
    """

    def __init__(self, reason: str, path: str = "$") -> None:
        super().__init__(reason, path)
        self.reason = reason
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Unavailable(Exception):  # noqa: N818
    """Something we depend on did not answer: hand the record back and retry later."""


class Bug(Exception):  # noqa: N818
    """Our own code failed: the other detectors still run, and somebody is told."""
