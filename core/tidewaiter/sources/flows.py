"""What the flow logs of all clouds have in common: numbers within bounds, directions, verdicts."""

from typing import Annotated

from msgspec import Meta

from tidewaiter.model import Outcome

Address = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f.:]{2,45}$")]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Protocol = Annotated[int, Meta(ge=0, le=255)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Mask = Annotated[int, Meta(ge=0, le=65_535)]

# As seen from the device that reports, by the words of AWS and Google and the letter of Azure.
DIRECTIONS = {
    "ingress": "inbound",
    "egress": "outbound",
    "i": "inbound",
    "o": "outbound",
}
# What became of it, likewise.  Google's INTERCEPTED is neither: a firewall looks into it first.
ACTIONS = {
    "accept": "accept",
    "reject": "reject",
    "allowed": "accept",
    "denied": "reject",
    "dropped": "reject",
    "ok": "accept",  # of network address translation
    "a": "accept",
    "d": "reject",
}
# https://www.rfc-editor.org/rfc/rfc9293#section-3.1
_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")


def direction_of(word: str | None) -> str | None:
    """Return ``inbound`` or ``outbound``; ``None`` for what nobody has heard of."""
    return DIRECTIONS.get(word.lower()) if word else None


def action_of(word: str | None) -> str | None:
    """Return ``accept`` or ``reject``; ``None`` for what nobody has heard of."""
    return ACTIONS.get(word.lower()) if word else None


def outcome_of(action: str | None) -> Outcome:
    """Traffic that was refused did not flow."""
    return Outcome.FAILURE if action == "reject" else Outcome.SUCCESS


def flags_of(mask: int | None) -> tuple[str, ...]:
    """Name the TCP flags in a bit mask.

    >>> flags_of(18)
    ('SYN', 'ACK')
    """
    return tuple(name for bit, name in enumerate(_FLAGS) if mask & 1 << bit) if mask else ()
