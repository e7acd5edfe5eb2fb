"""What no provider's record says of a deployment, but a source of tomorrow may."""

from datetime import UTC, datetime

import pytest

from tests.judging import judge
from tidewaiter.model import Activity, Event, Image, Workload

TIME = datetime(2026, 2, 7, 14, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "image", [Image(name="web"), Image(registry="registry.example.com", repository="team/web")]
)
def test_an_image_without_tag_and_digest_is_nothing_known(image: Image) -> None:
    """A workload that names an image neither by tag nor by content is quiet."""
    deployed = Event(
        id="1",
        act="1",
        time=TIME,
        provider="kubernetes",
        source="kubernetes_audit",
        activity=Activity.WORKLOAD_DEPLOYED,
        operation="create pods",
        images=(image,),
        workload=Workload("pod", name="web-1"),
    )
    assert judge([deployed]).incidents == []
