from typing import get_type_hints

from msgspec import Struct

from tidewaiter.model import Activity, Event, Session
from tidewaiter.sources import eventbridge, google_events
from tidewaiter.sources.cloudtrail import call
from tidewaiter.sources.telling import Told


def hints(kind: type[Struct]) -> dict[str, object]:
    """Names and types of the fields."""
    return get_type_hints(kind)


def test_what_a_verb_tells_is_part_of_an_event() -> None:
    """Each part has the name and the type that it has in an event."""
    of_event = hints(Event)
    assert hints(Told) == {name: of_event.get(name) for name in hints(Told)}


def test_what_a_log_adds_is_no_part_of_an_event() -> None:
    """The parts of every log's own kind are the same."""
    of_logs = (
        call.Told(activity=Activity.IMAGE_PUSHED, joins="both"),
        eventbridge.Told(activity=Activity.IMAGE_PUSHED, operation="PUSH"),
        google_events.Detail(Activity.IMAGE_PUSHED, mfa=True),
    )
    expected = Told(Activity.IMAGE_PUSHED).parts()
    assert [told.parts() for told in of_logs] == [expected] * 3


def test_a_session_of_which_nothing_is_known_is_none() -> None:
    """What is absent is ``None``, and not something empty."""
    told = Told(Activity.IDENTITY_ASSUMED, session=Session())
    assert told.parts()["session"] is None
