"""What golden pairs cannot say of CloudTrail's other calls: laws over all samples, and bounds."""

import json
from pathlib import Path
from typing import Any

import pytest

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, Session
from tidewaiter.sources.cloudtrail import SOURCE
from tidewaiter.sources.cloudtrail.any_call import NAMED, WORDS
from tidewaiter.sources.cloudtrail.rest import BY_SERVICE, BY_VERB
from tidewaiter.sources.cloudtrail.storage import VERBS
from tidewaiter.sources.cloudtrail.targets import MOST
from tidewaiter.sources.interface import Ignored, record_of

SAMPLES = Path(__file__).parent.parent / "samples" / "cloudtrail"
CALLS = [(service, verb) for service, verbs in BY_VERB.items() for verb in sorted(verbs)]
STORAGE = [("s3.amazonaws.com", verb) for verbs in VERBS.values() for verb in verbs.split()]
SECRETS = ("AQoDYXdzEXAMPLE", "HIDDEN_DUE_TO_SECURITY_REASONS")


def sample(name: str) -> Any:
    """Return one sample record."""
    return json.loads((SAMPLES / f"{name}.json").read_text())


def samples() -> list[Any]:
    """Return every sample record."""
    names = sorted(path.name for path in SAMPLES.glob("*.json"))
    return [sample(name.removesuffix(".json")) for name in names if ".expected." not in name]


def bare(service: str, verb: str, **members: object) -> dict[str, object]:
    """Return the least that a record of this call must have."""
    return {
        "eventVersion": "1.11",
        "eventSource": service,
        "eventName": verb,
        "eventTime": "2025-03-04T14:09:37Z",
        "eventID": "00000000-0000-4000-8000-000000000001",
        **members,
    }


def answer(record: object) -> Event | Ignored | Malformed:
    """Read one record, given as plain values, whichever reader it takes."""
    given = record_of(json.dumps(record))
    try:
        told = SOURCE.read(given)
        return SOURCE.rest(given) if isinstance(told, Ignored) and SOURCE.rest else told
    except Malformed as error:
        return error


def understood(record: object) -> Event:
    """Read a record of which there is an event."""
    told = answer(record)
    assert isinstance(told, Event)
    return told


def reversed_members(value: Any) -> Any:
    """A copy with the members of each object in the opposite order."""
    if isinstance(value, dict):
        return {key: reversed_members(value[key]) for key in reversed(value)}
    return [reversed_members(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("service", "verb"), CALLS + STORAGE)
def test_every_call_is_read_without_any_parameters(service: str, verb: str) -> None:
    """A refused call of which nothing is logged but that it failed is still told."""
    record = bare(service, verb, errorCode="AccessDenied", requestParameters=None)
    found = understood(record)
    assert (verb, "AccessDenied") == (found.operation, found.error)


def test_every_reader_has_a_sample() -> None:
    """Each way of reading other calls is shown in a golden pair."""
    shown = {(each.get("eventSource"), each.get("eventName")) for each in samples()}
    readers = {BY_VERB[service][verb] for service, verb in CALLS}
    seen = {BY_VERB[service][verb] for service, verb in CALLS if (service, verb) in shown}
    assert readers == seen


def test_every_service_of_its_own_has_a_sample() -> None:
    """Each reader of a whole service is shown in a golden pair."""
    services = {each.get("eventSource") for each in samples()}
    seen = {reader for service, reader in BY_SERVICE.items() if service in services}
    assert set(BY_SERVICE.values()) == seen


def test_the_order_of_members_means_nothing() -> None:
    """A shipper that sorts or turns round the members of a record changes no event."""
    for record in samples():
        told = answer(record)
        assert isinstance(told, Malformed) or told == answer(reversed_members(record))


def test_no_secret_leaves_a_record() -> None:
    """Session tokens, and what AWS hides itself, are nowhere in what is told."""
    told = [path.read_text() for path in SAMPLES.glob("*.expected.json")]
    assert [secret for secret in SECRETS for text in told if secret in text] == []


def test_one_assumed_role_told_in_two_accounts_is_one_act() -> None:
    """The caller's and the owner's copy have one act and one session; who asked is known once."""
    ours, theirs = (
        understood(sample(f"sts-assume-role-{where}")) for where in ("elsewhere", "from-elsewhere")
    )
    assert (ours.act, ours.session) == (theirs.act, theirs.session)
    assert ours.principal
    assert theirs.principal
    assert ours.principal.account == theirs.principal.account == theirs.principal.id


def test_the_steps_of_one_sign_in_are_one_act() -> None:
    """Challenge, answer and sign-in of IAM Identity Center share the act, and the last decides."""
    steps = [understood(sample(f"center-{step}")) for step in ("challenge", "verification")]
    last = understood(sample("center-signed-in"))
    assert {last.act} == {step.act for step in steps}
    assert [step.done for step in (*steps, last)] == [False, False, True]


def test_a_word_says_one_thing() -> None:
    """No first word of a verb stands under two activities."""
    words = [word for each in WORDS.values() for word in each.split()]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("BatchGetImage", Activity.RESOURCE_READ),
        ("AdminCreateUser", Activity.RESOURCE_CREATED),
        ("deleteThing", Activity.RESOURCE_DELETED),
        ("GetterOfThings", Activity.RESOURCE_USED),
        ("ClusterUpdated", Activity.RESOURCE_CHANGED),
        ("", Activity.RESOURCE_USED),
        ("123", Activity.RESOURCE_USED),
        *NAMED.items(),
    ],
)
def test_a_verb_is_read_by_its_words(verb: str, expected: Activity) -> None:
    """The first word decides, after a prefix; the past participle of a service's own doing, too."""
    assert expected == understood(bare("example.amazonaws.com", verb)).activity


@pytest.mark.parametrize(
    ("verb", "members", "expected"),
    [
        ("DescribeVpcs", {"vpcSet": {"items": [{"vpcId": "vpc-1"}]}}, "vpc-1"),
        ("DescribeVpcs", {"filterSet": {"items": [{"name": "vpc-id"}]}, "vpcSet": {}}, None),
        ("DeleteDBInstance", {"dBInstanceIdentifier": "db", "snapshotIdentifier": "s"}, "db"),
        ("AddTagsToVault", {"vaultName": "v", "tags": {"name": "t"}}, "v"),
        ("UpdateThing", {"thing": {"name": "t", "arn": "arn:t"}, "otherId": "o"}, "arn:t"),
        ("UpdateThing", {"things": [], "id": "", "name": "t"}, "t"),
        ("UpdateThing", {"id": "x" * 2049}, None),
        ("UpdateThing", {"id": 7, "clientToken": "c", "requestId": "r"}, None),
        ("UpdateThing", {"a": {"b": {"c": {"d": {"e": {"f": {"thingId": "deep"}}}}}}}, None),
        ("Update", {"name": "n", "ownerId": "o"}, "n"),
    ],
)
def test_a_target_is_found_by_its_name(
    verb: str, members: dict[str, object], expected: str | None
) -> None:
    """Of all texts in the parameters, that is told whose name fits the verb best."""
    found = understood(bare("example.amazonaws.com", verb, requestParameters=members))
    assert expected == found.target


def test_a_target_is_looked_for_among_so_many_members_only() -> None:
    """Whoever sends thousands of parameters makes us look at some of them."""
    members = {f"member{number}": "x" for number in range(MOST)}
    found = understood(
        bare("example.amazonaws.com", "UpdateThing", requestParameters={**members, "name": "n"})
    )
    assert found.target is None


def test_a_message_is_cut_to_a_readable_length() -> None:
    """The words with which a sign-in is refused are not carried along without end."""
    record = sample("signin-console-wrong-password") | {"errorMessage": "x" * 5000}
    assert understood(record).error == "x" * 300


def test_nothing_given_out_is_no_session() -> None:
    """A call that names neither role nor key has no empty session."""
    found = understood(bare("sts.amazonaws.com", "AssumeRole"))
    assert (None, Session()) == (found.session, Session(role=None))
