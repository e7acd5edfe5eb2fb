"""What golden pairs cannot say about Azure Storage's logs: every verb, and two shapes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event
from tidewaiter.sources.azure_storage_log import SOURCE
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples" / "azure_storage_log"


def sample(case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{case}.json").read_text())
    return found


def event(record: dict[str, Any]) -> Event:
    """What the reader makes of a record that must matter to it."""
    found = SOURCE.read(record_of(json.dumps(record)))
    assert isinstance(found, Event)
    return found


def test_a_row_and_a_diagnostic_record_give_one_event() -> None:
    """Log Analytics and the Event Hub tell of one request in one way."""
    assert event(sample("table-blob-read")) == event(sample("event-hub-blob-read"))


@pytest.mark.parametrize(
    ("verb", "activity"),
    [
        ("GetBlob", "object.read"),
        ("getblob", "object.read"),
        ("GetBlobTags", "object.read"),
        ("GetBlockList", "object.read"),
        ("QueryBlobContents", "object.read"),
        ("ReadFile", "object.read"),
        ("PutBlob", "object.written"),
        ("PutBlockList", "object.written"),
        ("AppendFile", "object.written"),
        ("CopyBlobFromURL", "object.written"),
        ("CreatePathFile", "object.written"),
        ("SetBlobTier", "object.written"),
        ("UndeleteBlob", "object.written"),
        ("DeleteBlob", "object.deleted"),
        ("DeletePath", "object.deleted"),
        ("ListBlobs", "bucket.listed"),
        ("ListContainers", "bucket.listed"),
        ("FindBlobsByTags", "bucket.listed"),
        ("GetContainerACL", "bucket.listed"),
        ("GetFilesystemProperties", "bucket.listed"),
        ("GetBlobServiceProperties", "bucket.listed"),
        ("GetAccountInformation", "bucket.listed"),
        ("CreateFilesystem", "bucket.created"),
        ("CreateShare", "bucket.created"),
        ("RestoreContainer", "bucket.created"),
        ("DeleteShare", "bucket.deleted"),
        ("SetContainerMetadata", "bucket.changed"),
        ("SetBlobServiceProperties", "bucket.changed"),
        ("SetContainerACL", "storage.shared"),
        ("SetPathAccessControlRecursive", "storage.shared"),
        ("GetUserDelegationKey", "identity.assumed"),
        ("BreakBlobLease", "resource.used"),
        ("Negotiate", "resource.used"),
    ],
)
def test_the_words_of_a_verb_tell(verb: str, activity: str) -> None:
    """The services have hundreds of verbs and add some every year."""
    told = event({**sample("event-hub-blob-read"), "operationName": verb})
    assert told.activity == activity


def test_no_signature_is_told() -> None:
    """The address that was asked for may hold one."""
    record = sample("event-hub-blob-written-with-signature")
    record["uri"] = "https://shopdata.blob.core.windows.net/orders/a?sv=2023-11-03&sig=c2VjcmV0"
    assert "c2VjcmV0" not in repr(event(record))


@pytest.mark.parametrize(
    ("record", "claimed"),
    [
        ({"category": "StorageRead"}, True),
        ({"category": "STORAGEDELETE"}, True),
        ({"Type": "StorageFileLogs"}, True),
        ({"Type": "StorageQueueLogs"}, False),
        ({"category": "AuditEvent"}, False),
    ],
)
def test_the_log_is_known_by_its_categories(record: dict[str, Any], claimed: bool) -> None:
    """Queues and tables have tables of their own."""
    assert SOURCE.claims(record_of(json.dumps(record))) is claimed


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("case", ["event-hub-blob-read", "table-blob-read"])
def test_wrong_types_at_any_depth_are_at_worst_malformed(case: str, wrong: object) -> None:
    """Log text is an attacker's: no value may raise anything else."""
    answers = {answer(SOURCE, json.dumps(bad)) for bad in mutations(sample(case), wrong)}
    assert {one for one in answers if one[0] != "$"} <= {"Event", "Ignored", "unclaimed"}
