"""Wrong usage ends in one line, right usage in help."""

import pytest

from tidewaiter import __version__
from tidewaiter.cli import main

WRONG = {
    "no command": ([], "the following arguments are required: COMMAND (see tidewaiter --help)"),
    "no path": (
        ["replay"],
        "the following arguments are required: PATH (see tidewaiter replay --help)",
    ),
    "no number": (
        ["replay", ".", "--limit", "0"],
        "argument --limit: '0' is not a number above 0 (see tidewaiter replay --help)",
    ),
    "no severity": (
        ["replay", ".", "--min-severity", "\x1b"],
        (
            "argument --min-severity: invalid choice: '\\x1b' (choose from 'info', 'low', "
            "'medium', 'high', 'critical') (see tidewaiter replay --help)"
        ),
    ),
    "an abbreviation": (
        ["detectors", "--form", "json"],
        "unrecognized arguments: --form json (see tidewaiter --help)",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_one_line(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status is 2, and one line says what is wrong and where to look."""
    argv, complaint = WRONG[case]
    assert main(argv) == 2
    assert capsys.readouterr() == ("", f"tidewaiter: {complaint}\n")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """``--version`` prints name and version."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr() == (f"tidewaiter {__version__}\n", "")


def test_help_tells_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    """A script's author finds the exit status without the documentation."""
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "with --strict: a record was quarantined" in capsys.readouterr().out
