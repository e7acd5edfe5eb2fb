"""Which reader reads what is no image work: by service and verb, by service, or any call."""

from msgspec.structs import replace

from tidewaiter.sources.cloudtrail import identities, instance_states
from tidewaiter.sources.cloudtrail.any_call import read_any
from tidewaiter.sources.cloudtrail.call import NETWORK, Entry, EntryReader, Told
from tidewaiter.sources.cloudtrail.sessions import SESSIONS
from tidewaiter.sources.cloudtrail.sharing import SHARING
from tidewaiter.sources.cloudtrail.sign_in import SIGN_IN_VERBS
from tidewaiter.sources.cloudtrail.storage import read_storage

BY_VERB: dict[str, dict[str, EntryReader]] = {
    **SESSIONS,
    **SHARING,
    "signin.amazonaws.com": SIGN_IN_VERBS,
    "iam.amazonaws.com": identities.IAM_VERBS,
    "ec2.amazonaws.com": instance_states.STATE_VERBS,
}
BY_SERVICE: dict[str, EntryReader] = {
    **dict.fromkeys(identities.SERVICES, identities.change),
    "s3.amazonaws.com": read_storage,
    "s3-outposts.amazonaws.com": read_storage,
    "s3express.amazonaws.com": read_storage,
}


def reader_of(entry: Entry) -> EntryReader:
    """Find the reader of ``entry``."""
    if entry.event_category == NETWORK:
        return _read_passing
    by_verb = BY_VERB.get(entry.event_source, {}).get(entry.event_name)
    return by_verb or BY_SERVICE.get(entry.event_source, read_any)


def _read_passing(entry: Entry) -> Told:
    """Read what a VPC endpoint saw pass, or refused; what passed, the service tells in full."""
    told = read_any(entry)
    return replace(told, target=told.target or entry.vpc_endpoint_id or None)
