"""The AWS Security Finding Format, as far as we write it, with all its limits.

Nobody else tells us when a finding breaks them before it is refused in production, so it is held
against these types first.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from tidewaiter.decoding import decode
from tidewaiter.errors import Malformed

TITLE, DESCRIPTION, ADVICE = 256, 1024, 512  # characters
RESOURCES, RELATED, FIELDS, TYPES, TAGS = 32, 10, 50, 50, 50
FIELD, DETAIL, NAME = 2048, 1023, 512  # characters
SIZE = 240_000  # bytes of one finding: "240 KB", whichever they mean

_SEEN = r"\S"  # every text has something to see

Name = Annotated[str, Meta(min_length=1, max_length=NAME, pattern=_SEEN)]
Account = Annotated[str, Meta(pattern=r"^[0-9]{12}$")]
Time = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$")
]
Arn = Annotated[str, Meta(min_length=12, max_length=2048, pattern=r"^arn:aws[a-z-]*:securityhub:")]
Label = Literal["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
Kind = Literal[
    "AwsAccount",
    "AwsEc2Instance",
    "AwsEcrContainerImage",
    "AwsEcrRepository",
    "AwsEcsService",
    "AwsIamAccessKey",
    "AwsIamRole",
    "AwsIamUser",
    "AwsLambdaFunction",
    "Other",
]
Partition = Literal["aws", "aws-cn", "aws-us-gov"]
Role = Literal["Target", "Actor"]
Type = Annotated[
    str,
    Meta(
        pattern=r"^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors"
        r"|Sensitive Data Identifications)(/[^/]+){0,2}$"
    ),
]


class _Asff(Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    pass


class Severity(_Asff, frozen=True, kw_only=True):
    """``Original`` is our own word for it."""

    label: Label
    original: Annotated[str, Meta(min_length=1, max_length=64)]


class Related(_Asff, frozen=True, kw_only=True):
    """Another finding of ours."""

    product_arn: Arn
    id: Name


class ProviderFields(_Asff, frozen=True, kw_only=True, omit_defaults=True):
    """What customers may set otherwise, and we may then still update."""

    confidence: Annotated[int, Meta(ge=0, le=100)]
    severity: Severity
    types: Annotated[tuple[Type, ...], Meta(min_length=1, max_length=TYPES)]
    related_findings: Annotated[tuple[Related, ...], Meta(max_length=RELATED)] = ()


class ContainerImage(_Asff, frozen=True, kw_only=True, omit_defaults=True):
    """An image in ECR."""

    registry_id: Account
    repository_name: Name
    image_digest: Name
    image_tags: Annotated[tuple[Name, ...], Meta(max_length=TAGS)] = ()


class AccessKey(_Asff, frozen=True, kw_only=True, omit_defaults=True):
    """A key: its identifier, and never a secret."""

    access_key_id: Name
    principal_name: Name | None = None


class Details(_Asff, frozen=True, kw_only=True, omit_defaults=True):
    """More about a resource, by its type."""

    aws_ecr_container_image: ContainerImage | None = None
    aws_iam_access_key: AccessKey | None = None
    other: (
        Annotated[
            dict[
                Annotated[str, Meta(min_length=1, max_length=127)],
                Annotated[str, Meta(min_length=1, max_length=DETAIL)],
            ],
            Meta(max_length=FIELDS),
        ]
        | None
    ) = None


class Resource(_Asff, frozen=True, kw_only=True, omit_defaults=True):
    """Something that the finding is about (``Target``), or that did it (``Actor``)."""

    type: Kind
    id: Name
    partition: Partition | None = None
    region: Annotated[str, Meta(min_length=1, max_length=16)] | None = None
    resource_role: Role | None = None
    details: Details | None = None


class Workflow(_Asff, frozen=True, kw_only=True):
    """What people do about it; it counts only when the finding is new."""

    status: Literal["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]


class Recommendation(_Asff, frozen=True, kw_only=True):
    """What to do."""

    text: Annotated[str, Meta(min_length=1, max_length=ADVICE, pattern=_SEEN)]


class Remediation(_Asff, frozen=True, kw_only=True):
    """What to do."""

    recommendation: Recommendation


class Finding(_Asff, frozen=True, kw_only=True, omit_defaults=True):
    """One finding.

    A second one of the same ``Id`` updates the first, if it is ``UpdatedAt`` later.
    """

    id: Name
    product_arn: Arn
    generator_id: Name
    aws_account_id: Account
    created_at: Time
    updated_at: Time
    first_observed_at: Time
    last_observed_at: Time
    title: Annotated[str, Meta(min_length=1, max_length=TITLE, pattern=_SEEN)]
    description: Annotated[str, Meta(min_length=1, max_length=DESCRIPTION, pattern=_SEEN)]
    resources: Annotated[tuple[Resource, ...], Meta(min_length=1, max_length=RESOURCES)]
    finding_provider_fields: ProviderFields
    record_state: Literal["ACTIVE", "ARCHIVED"]
    workflow: Workflow
    remediation: Remediation | None = None
    product_fields: Annotated[
        dict[
            Annotated[str, Meta(min_length=1, max_length=128)],
            Annotated[str, Meta(min_length=1, max_length=FIELD)],
        ],
        Meta(max_length=FIELDS),
    ]
    schema_version: Literal["2018-10-08"]


_DECODER = msgspec.json.Decoder(Finding)


def check(finding: Mapping[str, object]) -> None:
    """Hold a finding against the format.

    Raises :class:`~tidewaiter.errors.Malformed` with the path of the first thing that is wrong.
    """
    raw = msgspec.json.encode(finding)
    if len(raw) > SIZE:
        raise Malformed(f"has {len(raw):,} bytes, and a finding may have {SIZE:,}")
    decode(_DECODER, raw)
