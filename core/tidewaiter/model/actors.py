"""Who acted, with what, and from where."""

from msgspec import Struct

from tidewaiter.model.vocabulary import PrincipalKind, Zone

NOBODY = "?"
"""Stands for the actor that a record does not tell."""


class Principal(Struct, frozen=True, omit_defaults=True):
    """Who acted: ``id`` is *stable*, the same in every session.

    AWS: ARN of the user or of the role (never of the session).  Azure: UPN or, for an application,
    its object or application id.  Google: the e-mail address.  Registries: the account name.
    """

    id: str  # stable: the same in every session
    name: str | None = None  # as people say it: "alice", "role ci-deploy"
    type: str | None = None  # the vendor's word: IAMUser, AssumedRole, ServicePrincipal, ...
    account: str | None = None  # the account, tenant or project that the principal belongs to
    kind: PrincipalKind | None = None  # filled by enrich

    @property
    def label(self) -> str:
        """The name, or else the id."""
        return self.name or self.id

    @property
    def is_person(self) -> bool:
        """Whether it is known to be a human."""
        return self.kind is PrincipalKind.HUMAN

    @property
    def is_pipeline(self) -> bool:
        """Whether it is known to build or deploy by itself."""
        return self.kind is PrincipalKind.PIPELINE

    @property
    def is_machine(self) -> bool:
        """Whether it is known to be a pipeline or a service: machines do not travel."""
        return self.kind in {PrincipalKind.PIPELINE, PrincipalKind.SERVICE}


class Credential(Struct, frozen=True, omit_defaults=True):
    """What the principal acted with ("API token"): an identifier, never a secret.

    ``session`` joins the calls of one session where the key id changes on the way (AWS: role ARN
    or user plus the creation date of the session).  ``issued_to`` is the session's own name (role
    session name).
    """

    id: str | None = None  # AKIA..., ASIA..., token or key id
    session: str | None = None  # joins the calls of one session: its issuer and when it was made
    issued_to: str | None = None  # the session's own name, or who borrowed the identity
    mfa: bool | None = None  # whether a second factor was shown for it


class Client(Struct, frozen=True, omit_defaults=True):
    """Where a call came from: address and agent verbatim, the rest is filled by enrich.

    ``address`` may be a service's name (``AWS Internal``, ``ecs.amazonaws.com``,
    ``gcp-internal-ip``).
    """

    address: str | None = None  # IPv4, IPv6 or a service's name
    user_agent: str | None = None  # as sent by the client, who may send anything
    zone: Zone | None = None  # external, internal, trusted, cloud service, unknown
    family: str | None = None  # docker, aws-cli, boto3, ...; None where the agent tells nothing
    tool: str | None = None  # the program, by its user agent: docker, skopeo, terraform
    version: str | None = None  # the program's version, as it says itself
    country: str | None = None  # ISO 3166-1 alpha-2, by the operator's geolocation file
    asn: int | None = None  # autonomous system number, by the operator's file
    network: str | None = None  # the name of the autonomous system
