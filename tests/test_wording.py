"""One line of a timeline, in a responder's words."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tidewaiter.model import (
    UNKNOWN_DIGEST,
    Activity,
    Client,
    Credential,
    Event,
    Grant,
    Image,
    Layer,
    Outcome,
    Principal,
    Workload,
    Zone,
)
from tidewaiter.wording import short_digest, shown, summarise

DIGEST = "sha256:" + "0123456789abcdef" * 4
WEB = Image(registry="registry.example.com", repository="prod/web", tag="latest", digest=DIGEST)
OFFICE = Client("203.0.113.9", "docker/24.0.7", zone=Zone.EXTERNAL, family="engine")
PUSH = Event(
    id="1",
    act="1",
    time=datetime(2026, 2, 7, 14, 9, 37, tzinfo=UTC),
    provider="aws",
    source="cloudtrail",
    activity=Activity.IMAGE_PUSHED,
    operation="PutImage",
    principal=Principal(id="arn:aws:iam::111122223333:user/alice", name="alice"),
    credential=Credential(id="AKIAIOSFODNN7EXAMPLE"),
    images=(WEB,),
)
POD = Workload("pod", name="web-1", scope="shop")


@pytest.mark.parametrize(
    ("event", "client", "expected"),
    [
        (
            replace(PUSH, images=(replace(WEB, digest=None),)),
            OFFICE,
            "alice (key …MPLE) pushed prod/web:latest from 203.0.113.9 with docker",
        ),
        (
            replace(PUSH, credential=Credential(id="short"), images=(replace(WEB, digest=None),)),
            None,
            "alice pushed prod/web:latest",
        ),
        (
            replace(PUSH, principal=None, images=(replace(WEB, layers=(Layer(DIGEST),) * 3),)),
            Client("AWS Internal", zone=Zone.CLOUD_SERVICE),
            "somebody (actor unknown) pushed prod/web:latest sha256:0123456789ab (3 layers)",
        ),
        (
            replace(
                PUSH,
                credential=None,
                images=tuple(Image(machine_image=f"ami-{n}") for n in range(5)),
            ),
            None,
            "alice pushed ami-0, ami-1, ami-2 and 2 more",
        ),
        (
            replace(PUSH, credential=None, outcome=Outcome.FAILURE, error="AccessDenied"),
            None,
            "alice pushed prod/web:latest sha256:0123456789ab (refused: AccessDenied)",
        ),
        (
            replace(PUSH, credential=None, outcome=Outcome.FAILURE),
            None,
            "alice pushed prod/web:latest sha256:0123456789ab (refused: failed)",
        ),
        (
            replace(
                PUSH, principal=Principal(id="bbbb2222", type="ServicePrincipal"), images=(WEB,)
            ),
            None,
            "application bbbb2222 (key …MPLE) pushed prod/web:latest sha256:0123456789ab",
        ),
        (
            replace(PUSH, credential=None, outcome=Outcome.PENDING),
            None,
            "alice pushed prod/web:latest sha256:0123456789ab (not finished)",
        ),
        (
            replace(
                PUSH,
                activity=Activity.IMAGE_COPIED,
                credential=None,
                origin=Image(name="s3://backups-example/web.bin"),
            ),
            None,
            "alice copied prod/web:latest sha256:0123456789ab out of s3://backups-example/web.bin",
        ),
        (
            replace(
                PUSH,
                activity=Activity.REGISTRY_LISTED,
                operation="DescribeRepositories",
                region="eu-west-1",
                credential=None,
                images=(),
            ),
            None,
            "alice listed images (DescribeRepositories) in eu-west-1",
        ),
        (
            replace(
                PUSH,
                activity=Activity.REGISTRY_CHANGED,
                operation="PutRegistryPolicy",
                credential=None,
                images=(),
            ),
            None,
            "alice changed the registry (PutRegistryPolicy)",
        ),
        (
            replace(
                PUSH,
                activity=Activity.IMAGE_SHARED,
                credential=None,
                images=(Image(machine_image="ami-1", name="golden"),),
                grants=(Grant("public"), Grant("account", "444455556666"), Grant("tenant", "t-1")),
            ),
            None,
            "alice shared ami-1 (golden) with everybody, account 444455556666, tenant t-1",
        ),
        (
            replace(PUSH, activity=Activity.WORKLOAD_DEPLOYED, credential=None, workload=POD),
            None,
            "alice started pod shop/web-1 with prod/web:latest sha256:0123456789ab",
        ),
        (
            replace(
                PUSH,
                activity=Activity.WORKLOAD_DEPLOYED,
                credential=None,
                images=(),
                workload=Workload("ecs service", name="web"),
            ),
            None,
            "alice started ecs service web",
        ),
        (
            replace(PUSH, activity=Activity.WORKLOAD_DEPLOYED, principal=None, workload=POD),
            None,
            "pod shop/web-1 started prod/web:latest sha256:0123456789ab",
        ),
        (
            replace(
                PUSH,
                activity=Activity.WORKLOAD_DEPLOYED,
                principal=None,
                workload=POD,
                outcome=Outcome.FAILURE,
                error="403: forbidden",
            ),
            None,
            "pod shop/web-1 started prod/web:latest sha256:0123456789ab (refused: 403: forbidden)",
        ),
    ],
)
def test_an_event_is_told_in_one_line(event: Event, client: Client | None, expected: str) -> None:
    """Who did what to which image, with what result, and from where."""
    assert summarise(event, client) == expected


@pytest.mark.parametrize("activity", list(Activity))
def test_every_activity_has_a_verb(activity: Activity) -> None:
    """No activity is told without a word for it."""
    line = summarise(replace(PUSH, activity=activity, credential=None, images=()), None)
    assert line.removeprefix("alice ").split()[0].isalpha()


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (WEB, "prod/web:latest sha256:0123456789ab"),
        (Image(registry="registry.example.com"), "registry.example.com"),
        (replace(WEB, digest=f"{UNKNOWN_DIGEST}act"), "prod/web:latest"),
        (Image(machine_image="ami-1"), "ami-1"),
        (Image(name="snap-1"), "snap-1"),
        (Image(digest=DIGEST), "sha256:0123456789ab"),
        (Image(), "an image"),
    ],
)
def test_an_image_is_named_shortly(image: Image, expected: str) -> None:
    """What is known of it, and nothing that is not."""
    assert shown(image) == expected


@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        (DIGEST, "sha256:0123456789ab"),
        ("0123456789abcdef", "0123456789ab"),
        (f"{UNKNOWN_DIGEST}act", "content that the log does not tell"),
    ],
)
def test_a_digest_is_cut(digest: str, expected: str) -> None:
    """Twelve digits tell images apart."""
    assert short_digest(digest) == expected
