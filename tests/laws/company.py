"""Events of a small company and of what goes wrong in it, for the laws that the pipeline must
keep.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

from tidewaiter.model import (
    EYES,
    Activity,
    Change,
    Client,
    Credential,
    Event,
    Grant,
    Image,
    Layer,
    Outcome,
    Principal,
    Report,
    Severity,
    Workload,
)
from tidewaiter.settings import Hours, Networks, Settings

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
SETTINGS = Settings(networks=Networks(trusted=("192.0.2.0/24",)), hours=Hours(zone="UTC"))


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
    """Eight quiet days: the pipeline moves ``latest`` of both repositories every morning, and Bob
    logs in; something of one publisher starts every day.
    """
    pushes = [
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
    logins = [
        event(
            10_005 + day * 10 + place,
            DAY_ZERO - timedelta(days=9 - day, minutes=1),
            Activity.REGISTRY_LOGIN,
            **by(who, "docker/26.1", "192.0.2.10"),
        )
        for day in range(8)
        for place, who in enumerate((CI, BOB))
    ]
    runs = [
        one
        for day in range(8)
        for one in _run(10_007 + day * 10, DAY_ZERO - timedelta(days=9 - day), "team", {})
    ]
    return pushes + logins + runs


_ACTORS = st.builds(
    by, st.sampled_from((CI, ALICE, BOB)), st.sampled_from(AGENTS), st.sampled_from(ADDRESSES)
)
_TIMES = st.integers(0, 20 * 60).map(lambda minutes: DAY_ZERO + timedelta(minutes=minutes))
_IMAGES = st.builds(
    image, st.sampled_from(REPOSITORIES), st.sampled_from(TAGS), st.integers(0, 4)
) | st.builds(index, st.sampled_from(REPOSITORIES), st.sampled_from(TAGS), st.integers(0, 3))


_CHANGES = st.builds(
    Change,
    st.sampled_from(("tag immutability", "pull-through", "audit trail", "event rule", "attestor")),
    st.sampled_from(("on", "off", "narrowed", "added", "removed")),
    st.sampled_from(("prod/web", "tidewaiter-rule", "a-rule")),
    st.booleans(),
)
_GRANTS = st.sampled_from(
    (
        Grant("public", None),
        Grant("account", "444455556666"),
        Grant("account", "111122223333"),
    )
)
_ORIGINS = st.none() | st.just(Image(registry="docker.io", repository="library"))


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


def _push_through_a_daemon(
    number: int, time: datetime, what: Image, who: dict[str, object], lag: int
) -> list[Event]:
    """The registry's own record, and a docker daemon's, which tells neither digest nor actor."""
    bare = Image(registry=HOST, repository=what.repository, tag=what.tag or "latest")
    later = time + timedelta(seconds=lag)
    daemon = event(number + 1, later, Activity.IMAGE_PUSHED, images=(bare,), awaits=AWAITED)
    return [*_push(number, time, what, who), daemon]


def _look(number: int, time: datetime, activity: Activity, who: dict[str, object]) -> list[Event]:
    return [event(number, time, activity, **who)]


def _pull_and_push(
    number: int, time: datetime, what: Image, who: dict[str, object], lag: int
) -> list[Event]:
    """One principal pulls with some client, and pushes there before or after."""
    pulled = Image(registry=HOST, repository=what.repository, tag="latest")
    agent = AGENTS[lag % len(AGENTS)]
    puller = {**who, "client": Client(address="192.0.2.10", user_agent=agent)}
    pull = event(number, time, Activity.IMAGE_PULLED, images=(pulled,), **puller)
    return [pull, *_push(number + 1, time + timedelta(minutes=lag), what, who)]


def _enumerate(number: int, time: datetime, who: dict[str, object], gap: int) -> list[Event]:
    """The catalogue, and then one repository after the other."""
    names = ("prod/web", "prod/api", "tools/a", "tools/b", "tools/c", "tools/d")
    return [
        event(number, time, Activity.REGISTRY_LISTED, **who),
        *(
            event(
                number + place,
                time + timedelta(minutes=gap * place),
                Activity.REGISTRY_LISTED,
                images=(Image(registry=HOST, repository=name),),
                **who,
            )
            for place, name in enumerate(names, start=1)
        ),
    ]


def _refused(number: int, time: datetime, who: dict[str, object], gap: int) -> list[Event]:
    """One call after the other is refused."""
    return [
        event(
            number + place,
            time + timedelta(minutes=gap * place),
            activity,
            images=(Image(registry=HOST, repository=repository),),
            outcome=Outcome.FAILURE,
            error="AccessDenied",
            **who,
        )
        for place, (activity, repository) in enumerate(
            (activity, repository)
            for activity in (Activity.IMAGE_PULLED, Activity.REGISTRY_LISTED, Activity.IMAGE_PUSHED)
            for repository in REPOSITORIES
        )
    ]


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


def _import(number: int, time: datetime, what: Image, who: dict[str, object]) -> list[Event]:
    """From a registry of others into ours, a machine image of nobody known, and by the provider
    itself.
    """
    target = Image(registry=HOST, repository=what.repository, tag=what.tag, digest=what.digest)
    origin = Image(registry="docker.io", repository="somebody/tool", tag="1")
    abroad = replace(target, registry=f"444455556666{HOST[12:]}")
    later = time + timedelta(minutes=5)
    ami, other = Image(machine_image="ami-0fedcba9876543210"), Image(machine_image="ami-0aaaa")
    return [
        event(number, time, Activity.IMAGE_COPIED, images=(target,), origin=origin, **who),
        event(number + 1, later, Activity.IMAGE_COPIED, images=(ami,), origin=other, **who),
        event(number + 2, later, Activity.IMAGE_COPIED, images=(target,), origin=abroad),
    ]


def _run(number: int, time: datetime, publisher: str, who: dict[str, object]) -> list[Event]:
    """Two replicas of somebody else's image."""
    named = Image(registry="quay.io", repository=f"{publisher}/tool", tag="1")
    return [
        event(
            number + replica,
            time + timedelta(seconds=replica),
            Activity.WORKLOAD_DEPLOYED,
            images=(named,),
            workload=Workload("pod", f"tool-{replica}", "prod"),
            **who,
        )
        for replica in range(2)
    ]


def _remove(
    number: int, time: datetime, what: Image, who: dict[str, object], by_tag: bool
) -> list[Event]:
    gone = Image(
        registry=HOST,
        repository=what.repository,
        tag=what.tag or ("latest" if by_tag else None),
        digest=None if by_tag else what.digest,
    )
    activity = Activity.IMAGE_UNTAGGED if by_tag else Activity.IMAGE_DELETED
    return [event(number, time, activity, images=(gone,), **who)]


def _scan(number: int, time: datetime, what: Image, severity: Severity) -> list[Event]:
    """Three findings of a scanner, within a second, as Inspector tells them."""
    bare = Image(registry=HOST, repository=what.repository, tag=what.tag, digest=what.digest)
    return [
        event(
            number + place,
            time + timedelta(milliseconds=place),
            Activity.IMAGE_SCANNED,
            images=(bare,),
            report=Report(title=f"CVE-2026-000{place}", severity=grave, status="active"),
            source="inspector2_finding",
        )
        for place, grave in enumerate((Severity.LOW, severity, Severity.HIGH))
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


def _set(
    number: int, time: datetime, change: Change, origin: Image | None, who: dict[str, object]
) -> list[Event]:
    """A setting is stated or changed: that guards images, or by which we see."""
    seen_by = change.what in EYES
    activity = Activity.MONITORING_CHANGED if seen_by else Activity.REGISTRY_CHANGED
    return [event(number, time, activity, changes=(change,), origin=origin, **who)]


def _open(
    number: int, time: datetime, repository: str | None, grant: Grant, who: dict[str, object]
) -> list[Event]:
    """A repository, or the whole registry, is opened; an hour later the same policy is stated
    again.
    """
    homes = (Image(registry=HOST, repository=repository),) if repository else ()
    return [
        event(
            number + again,
            time + timedelta(hours=again),
            Activity.REGISTRY_CHANGED,
            images=homes,
            grants=(grant,),
            **who,
        )
        for again in range(2)
    ]


def _disk(
    number: int, time: datetime, grant: Grant, who: dict[str, object], lag: int
) -> list[Event]:
    """A machine image is made of a snapshot, which is shared before or after."""
    ami, disk = Image(machine_image="ami-0aaaabbbbccccdddd"), Image(name="snap-0123456789abcdef0")
    shared = time + timedelta(minutes=lag)
    return [
        event(number, time, Activity.IMAGE_CREATED, images=(ami,), origin=disk, **who),
        event(number + 1, shared, Activity.IMAGE_SHARED, images=(disk,), grants=(grant,), **who),
    ]


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
    st.tuples(_TIMES, _IMAGES, _ACTORS, st.integers(-700, 700)).map(
        lambda said: lambda number: _push_through_a_daemon(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES).map(lambda said: lambda number: _push_without_actor(number, *said)),
    st.tuples(
        _TIMES,
        st.sampled_from((Activity.REGISTRY_LISTED, Activity.REGISTRY_LOGIN, Activity.IMAGE_PULLED)),
        _ACTORS,
    ).map(lambda said: lambda number: _look(number, *said)),
    st.tuples(_TIMES, _IMAGES, _ACTORS, st.integers(-60, 180)).map(
        lambda said: lambda number: _pull_and_push(number, *said)
    ),
    st.tuples(_TIMES, _ACTORS, st.integers(0, 30)).map(
        lambda said: lambda number: _enumerate(number, *said)
    ),
    st.tuples(_TIMES, _ACTORS, st.integers(0, 30)).map(
        lambda said: lambda number: _refused(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES, st.booleans()).map(
        lambda said: lambda number: _deploy(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES, st.integers(1, 60)).map(
        lambda said: lambda number: _service(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES, st.sampled_from(Severity)).map(
        lambda said: lambda number: _scan(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES, _ACTORS, st.booleans()).map(
        lambda said: lambda number: _remove(number, *said)
    ),
    st.tuples(_TIMES, _IMAGES, _ACTORS).map(lambda said: lambda number: _import(number, *said)),
    st.tuples(_TIMES, st.sampled_from(("team", "other")), _ACTORS).map(
        lambda said: lambda number: _run(number, *said)
    ),
    st.tuples(_TIMES, _ACTORS).map(lambda said: lambda number: _machine_image(number, *said)),
    st.tuples(_TIMES, _ACTORS).map(lambda said: lambda number: _long_operation(number, *said)),
    st.tuples(_TIMES, st.sampled_from((*REPOSITORIES, None)), _GRANTS, _ACTORS).map(
        lambda said: lambda number: _open(number, *said)
    ),
    st.tuples(_TIMES, _GRANTS, _ACTORS, st.integers(-60, 60)).map(
        lambda said: lambda number: _disk(number, *said)
    ),
    st.tuples(_TIMES, _CHANGES, _ORIGINS, _ACTORS).map(
        lambda said: lambda number: _set(number, *said)
    ),
)

DAYS = st.lists(_STORIES, min_size=1, max_size=9).map(_numbered)
"""What may happen in one day: every record arrives within ``settle`` of every other."""
