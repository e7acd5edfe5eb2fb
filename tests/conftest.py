"""Under ``CI=true`` a skipped test is a failed one: what a test needs must be installed there.

``--hypothesis-profile=fuzz`` (``make fuzz``) tries far more damaged records.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest
from hypothesis import settings

settings.register_profile("fuzz", max_examples=20_000)

R = TypeVar("R", pytest.TestReport, pytest.CollectReport)


def forbid_skipping(report: R) -> R:
    """Turn a skip into a failure; an expected failure (xfail) stays what it is."""
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI forbids: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge what one test did."""
    return forbid_skipping((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge what the collection of one file did."""
    return forbid_skipping((yield))
