"""``docs/tuning.md``: each entry holds back what is expected, and nothing else."""

import re
from pathlib import Path

import pytest

from tests.judging import FOLDER, findings, held_back, judge, read_case
from tidewaiter.settings import Settings, parse_settings

PAGE = (Path(__file__).parents[1] / "docs" / "tuning.md").read_text()
ENTRIES = dict(re.findall(r"^## ([^\n]+)\n.*?```toml\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
# Each kind of work, and a case in which it is told.
TOLD = {
    "Pipelines that make golden images": (
        "machine-image-created/cloudtrail-fires-low-when-a-builder-is-new"
    ),
    "Operators who capture machines": "machine-image-created/azure_activity-fires-machine-captured",
    "Infrastructure as code that makes images": (
        "machine-image-created/gcp_audit-fires-image-of-a-disk"
    ),
    "Mirrors that copy approved images": "tag-moved/azure_activity-fires-import-over-a-tag",
    "Forensic images of the security team": (
        "machine-image-created/cloudtrail-fires-image-of-a-running-instance"
    ),
}


def about_last(name: str, settings: Settings) -> tuple[int, list[str]]:
    """How many findings there are about the case's last record, and why others are held back."""
    case = read_case(FOLDER / f"{name}.json")
    told = judge(case.events, settings)
    found = [one for one in findings(told, case.detector) if one.event_id == case.last.id]
    held = [one for one in held_back(told, case.detector) if one.event_id == case.last.id]
    return len(found), [one.why for one in held]


def test_every_entry_is_tried() -> None:
    """The page has an entry for each class of expected work, and no other."""
    assert ENTRIES.keys() == TOLD.keys()


@pytest.mark.parametrize("title", TOLD)
def test_an_entry_holds_back_what_is_expected(title: str) -> None:
    """Without it the finding is told; with it, it is held back with the reason and the owner."""
    settings = parse_settings(ENTRIES[title])
    entry = settings.trusted[0]
    assert about_last(TOLD[title], Settings()) == (1, [])
    assert about_last(TOLD[title], settings) == (0, [f"trusted: {entry.reason} ({entry.owner})"])


@pytest.mark.parametrize("title", TOLD)
def test_an_entry_covers_nothing_else(title: str) -> None:
    """The same work is told where the entry is somebody else's."""
    entry = re.sub(
        r"^principals = .*$", 'principals = ["*/mallory"]', ENTRIES[title], flags=re.MULTILINE
    )
    assert entry != ENTRIES[title]
    assert about_last(TOLD[title], parse_settings(entry)) == (1, [])


def test_sharing_with_the_forensic_account_is_no_finding() -> None:
    """What is shared with an account that is ours stays ours."""
    shared = "image-shared/cloudtrail-fires-foreign-account"
    settings = parse_settings(ENTRIES["Forensic images of the security team"])
    assert about_last(shared, Settings())[0] == 1
    assert about_last(shared, settings) == (0, [])
