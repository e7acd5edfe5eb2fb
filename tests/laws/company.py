"""Events of a small company and of what goes wrong in it, for the laws that the pipeline must
keep.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tidewaiter.model import (
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
)

HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
DAY_ZERO = datetime(2026, 3, 9, 6, tzinfo=UTC)
CI = Principal(id="arn:aws:iam::111122223333:role/ci-deploy", name="role ci-deploy")
ALICE = Principal(id="arn:aws:iam::111122223333:user/alice", name="alice", type="IAMUser")
BOB = Principal(id="arn:aws:iam::111122223333:user/bob", name="bob", type="IAMUser")
REPOSITORIES = ("prod/web", "prod/api")
TAGS = ("latest", "1.4", None)
AGENTS = ("Boto3/1.34 Botocore/1.34", "docker/26.1", "aws-cli/2.15", "AWS Internal")
ADDRESSES = ("192.0.2.10", "203.0.113.9", "AWS Internal")
AWAITED = "CloudTrail management events"


def layers(content: int) -> tuple[Layer, ...]:
    """Image 0 has two layers, each further one has one more on top: every one is a base of the
    next.
    """
    return tuple(Layer(f"sha256:{number:064x}", 1000) for number in range(1, content + 3))


def image(repository: str, tag: str | None, content: int, *, told: bool = True) -> Image:
    """The image with that content, in ``repository``; ``told``: the log tells its layers."""
    return Image(
        registry=HOST,
        repository=repository,
        tag=tag,
        digest=f"sha256:{content:064x}",
        layers=layers(content) if told else (),
    )


def index(repository: str, tag: str | None, content: int) -> Image:
    """An index over two of the images."""
    children = (f"sha256:{content:064x}", f"sha256:{content + 1:064x}")
    digest = f"sha256:{content + 1000:064x}"
    return Image(registry=HOST, repository=repository, tag=tag, digest=digest, children=children)


def event(number: int, time: datetime, activity: Activity, **said: object) -> Event:
    """An event of CloudTrail."""
    facts: dict[str, object] = {
        "id": f"e{number}",
        "act": f"aws:e{number}",
        "source": "cloudtrail",
        "operation": str(activity),
        "account": "111122223333",
        "region": "eu-west-1",
        **said,
    }
    return Event(time=time, provider="aws", activity=activity, **facts)  # type: ignore[arg-type]


def by(principal: Principal, agent: str, address: str) -> dict[str, object]:
    """Who did it, with one key each, and from where."""
    key = f"AKIA{principal.id[-5:].upper()}"
    credential = Credential(id=key, session=f"{principal.id}@today")
    client = Client(address=address, user_agent=agent)
    return {"principal": principal, "credential": credential, "client": client}


def history() -> list[Event]:
    """Eight quiet days: the pipeline moves ``latest`` of both repositories every morning."""
    return [
        event(
            10_000 + day * 10 + place,
            DAY_ZERO - timedelta(days=9 - day),
            Activity.IMAGE_PUSHED,
            images=(image(repository, "latest", 50 + day, told=False),),
            **by(CI, "AWS Internal", "AWS Internal"),
        )
        for day in range(8)
        for place, repository in enumerate(REPOSITORIES)
    ]


_ACTORS = st.builds(
    by, st.sampled_from((CI, ALICE, BOB)), st.sampled_from(AGENTS), st.sampled_from(ADDRESSES)
)
_TIMES = st.integers(0, 20 * 60).map(lambda minutes: DAY_ZERO + timedelta(minutes=minutes))
_IMAGES = st.builds(
    image, st.sampled_from(REPOSITORIES), st.sampled_from(TAGS), st.integers(0, 4)
) | st.builds(index, st.sampled_from(REPOSITORIES), st.sampled_from(TAGS), st.integers(0, 3))


def _push(number: int, time: datetime, what: Image, who: dict[str, object]) -> list[Event]:
    return [event(number, time, Activity.IMAGE_PUSHED, images=(what,), **who)]


def _push_in_two_feeds(
    number: int, time: datetime, what: Image, who: dict[str, object], lag: int
) -> list[Event]:
    told = event(
        number + 1,
        time + timedelta(seconds=lag),
        Activity.IMAGE_PUSHED,
        images=(
            Image(registry=HOST, repository=what.repository, tag=what.tag, digest=what.digest),
        ),
        source="ecr_image_action",
        awaits=AWAITED,
    )
    return [*_push(number, time, what, who), told]


def _push_without_actor(number: int, time: datetime, what: Image) -> list[Event]:
    bare = Image(registry=HOST, repository=what.repository, tag=what.tag, digest=what.digest)
    return [event(number, time, Activity.IMAGE_PUSHED, images=(bare,), awaits=AWAITED)]


def _push_by_tag_alone(
    number: int, time: datetime, what: Image, who: dict[str, object], lag: int
) -> list[Event]:
    """As in Google Cloud: the audit entry has the actor, the feed has the digest."""
    tag = what.tag or "latest"
    bare = Image(registry=HOST, repository=what.repository, tag=tag)
    fed = Image(registry=HOST, repository=what.repository, tag=tag, digest=what.digest)
    later = time + timedelta(seconds=lag)
    return [
        event(number, time, Activity.IMAGE_PUSHED, images=(bare,), **who),
        event(number + 1, later, Activity.IMAGE_PUSHED, images=(fed,), awaits=AWAITED),
    ]


def _look(number: int, time: datetime, activity: Activity, who: dict[str, object]) -> list[Event]:
    return [event(number, time, activity, **who)]


def _deploy(number: int, time: datetime, what: Image, by_tag: bool) -> list[Event]:
    named = Image(
        registry=HOST,
        repository=what.repository,
        tag=what.tag or "latest",
        digest=None if by_tag else what.digest,
    )
    workload = Workload("ecs service", what.repository, "prod")
    source = "ecs_task_state_change"
    return [
        event(
            number,
            time,
            Activity.WORKLOAD_DEPLOYED,
            images=(named,),
            workload=workload,
            source=source,
        )
    ]


def _service(number: int, time: datetime, what: Image, lag: int) -> list[Event]:
    """A task definition names the image by its tag; a service is updated to it."""
    named = Image(registry=HOST, repository=what.repository, tag=what.tag or "latest")
    definition = f"arn:aws:ecs:eu-west-1:111122223333:task-definition/web:{number}"
    return [
        event(
            number,
            time,
            Activity.WORKLOAD_DEFINED,
            images=(named,),
            workload=Workload("ecs task definition", f"web:{number}", definition=definition),
        ),
        event(
            number + 1,
            time + timedelta(minutes=lag),
            Activity.WORKLOAD_DEPLOYED,
            workload=Workload("ecs service", "web", "prod", definition=definition),
        ),
    ]


def _machine_image(number: int, time: datetime, who: dict[str, object]) -> list[Event]:
    ami = Image(machine_image="ami-0123456789abcdef0")
    grants = (Grant("account", "444455556666"),)
    workload = Workload("ec2 instance", "i-0123456789abcdef0")
    return [
        event(number, time, Activity.IMAGE_CREATED, images=(ami,), **who),
        event(
            number + 1,
            time + timedelta(minutes=9),
            Activity.IMAGE_CREATED,
            images=(ami,),
            awaits=AWAITED,
        ),
        event(
            number + 2,
            time + timedelta(minutes=20),
            Activity.IMAGE_SHARED,
            images=(ami,),
            grants=grants,
            **who,
        ),
        event(
            number + 3,
            time + timedelta(minutes=30),
            Activity.WORKLOAD_DEPLOYED,
            images=(ami,),
            workload=workload,
        ),
    ]


def _long_operation(number: int, time: datetime, who: dict[str, object]) -> list[Event]:
    """The first record has the address, the last the outcome; both are one act."""
    made = Image(machine_image="projects/shop/global/images/golden")
    act = f"gcp:operation-{number}"
    first = event(
        number,
        time,
        Activity.IMAGE_CREATED,
        images=(made,),
        act=act,
        outcome=Outcome.PENDING,
        source="gcp_audit",
        **who,
    )
    last = event(
        number + 1,
        time + timedelta(minutes=2),
        Activity.IMAGE_CREATED,
        images=(made,),
        act=act,
        source="gcp_audit",
        principal=who["principal"],
    )
    return [first, last]


def _numbered(stories: list[object]) -> list[Event]:
    return [one for place, story in enumerate(stories) for one in story(place * 10)]  # type: ignore[operator]


_STORIES = st.one_of(
    st.tuples(_TIMES, _IMAGES, _ACTORS).map(lambda said: lambda number: _push(number, *said)),
    st.tuples(_TIMES, _IMAGES, _ACTORS, st.integers(-60, 60)).map(
        lambda said: lambda number: _push_in_two_feeds(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES, _ACTORS, st.integers(-60, 60)).map(
        lambda said: lambda number: _push_by_tag_alone(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES).map(lambda said: lambda number: _push_without_actor(number, *said)),
    st.tuples(
        _TIMES,
        st.sampled_from((Activity.REGISTRY_LISTED, Activity.REGISTRY_LOGIN, Activity.IMAGE_PULLED)),
        _ACTORS,
    ).map(lambda said: lambda number: _look(number, *said)),
    st.tuples(_TIMES, _IMAGES, st.booleans()).map(
        lambda said: lambda number: _deploy(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES, st.integers(1, 60)).map(
        lambda said: lambda number: _service(number, *said)
    ),
    st.tuples(_TIMES, _ACTORS).map(lambda said: lambda number: _machine_image(number, *said)),
    st.tuples(_TIMES, _ACTORS).map(lambda said: lambda number: _long_operation(number, *said)),
)

DAYS = st.lists(_STORIES, min_size=1, max_size=9).map(_numbered)
"""What may happen in one day: every record arrives within ``settle`` of every other."""
