"""API Activity (6003): a call of a cloud's, a registry's or a cluster's API.

https://schema.ocsf.io/1.6.0/classes/api_activity
"""

from tidewaiter.exports.members import Members, plain, told
from tidewaiter.exports.ocsf.frame import frame
from tidewaiter.exports.ocsf.what import api, credential_given, resources
from tidewaiter.exports.ocsf.who import actor, agent, source
from tidewaiter.model import Event


def call(event: Event) -> Members:
    """Return who called what, from where, and what it was done to."""
    left = told(session=plain(event.session), report=plain(event.report), flow=plain(event.flow))
    return frame(event, left=left) | told(
        actor=actor(event),
        api=api(event),
        src_endpoint=source(event.client),
        http_request=agent(event.client),
        resources=[*resources(event), *credential_given(event.session)],
    )
