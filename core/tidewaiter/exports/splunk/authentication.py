"""What rows of the Authentication dataset say in their own way."""

import re

from tidewaiter.exports.members import Members, told
from tidewaiter.model import Event

_RESOURCE_GROUP = re.compile(r"/resourcegroups/([^/]+)", re.IGNORECASE)
_ROLE = ":role/"


def authentication(event: Event) -> Members:
    """Return who one is now, and at what."""
    made = event.session
    caller = event.principal
    became = made and (made.user or made.role)
    own_role = caller.id if caller and _ROLE in caller.id else None
    return told(
        user=became or (caller and caller.label),
        role=(made and made.role) or own_role,
        dest=(made and made.target) or event.target or _registry(event) or event.service,
        group_name=_group(event.target),
    )


def _registry(event: Event) -> str | None:
    """A login names its registry as if it were an image without a repository."""
    return next((image.home for image in event.images if image.home), None)


def _group(target: str | None) -> str | None:
    """Return the resource group, which is what Splunk's model meant by the group of Azure."""
    found = _RESOURCE_GROUP.search(target or "")
    return found[1] if found else None
