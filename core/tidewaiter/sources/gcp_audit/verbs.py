"""What the verb of any method says, whatever service it is asked of.

Methods are ``google.pubsub.v1.Publisher.CreateTopic``, ``v1.compute.firewalls.insert``,
``datasetservice.insert``, ``Docker-ServeBlob`` or just ``SetIamPolicy``; the verb begins the last
word: https://cloud.google.com/apis/design/standard_methods
"""

import re

from tidewaiter.model import Activity
from tidewaiter.sources.google_entries import Entry
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.google_policies import opened

_WORDS = {
    Activity.RESOURCE_CREATED: "create insert restore undelete clone upload publish",
    Activity.RESOURCE_READ: """
        get list search query fetch read lookup check test view serve download describe export count
        access preview lookup validate
    """,
    Activity.RESOURCE_CHANGED: """
        update patch set modify add remove change move rename replace assign enable disable attach
        detach resize rotate import edit reset upgrade rollback lock unlock tag untag
    """,
    Activity.RESOURCE_DELETED: "delete destroy purge unpublish",
}
_ACTIVITIES = {word: activity for activity, words in _WORDS.items() for word in words.split()}
_MANY = ("batch", "bulk", "aggregated")  # say how many, and what is done comes after them
_SEPARATOR = re.compile(r"[./-]")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_POLICY = re.compile(r"(?:^|\W)set(?:iampolicy|iampermissions)$", re.IGNORECASE)


def last_word(method: str) -> str:
    """The method without its service, package and version.

    >>> last_word("google.pubsub.v1.Publisher.CreateTopic"), last_word("Npm-PublishPackage")
    ('CreateTopic', 'PublishPackage')
    """
    return _SEPARATOR.split(method)[-1]


def activity_of(method: str) -> Activity:
    """What is done with a resource, by the verb alone.

    >>> activity_of("v1.compute.instances.aggregatedList"), activity_of("Encrypt")
    (<Activity.RESOURCE_READ: 'resource.read'>, <Activity.RESOURCE_USED: 'resource.used'>)
    """
    words = [word.lower() for word in _WORD.findall(last_word(method)[:100])]
    verb = next((word for word in words if word not in _MANY), "")
    return _ACTIVITIES.get(verb, Activity.RESOURCE_USED)


def sets_policy(method: str) -> bool:
    """Whether a method sets who may use a resource: SetIamPolicy, setIamPolicy, SetIAMPolicy."""
    return _POLICY.search(method) is not None


def called(entry: Entry) -> Detail:
    """Tell any call by its verb."""
    method = entry.payload.method
    return Detail(
        activity_of(method),
        grants=opened(entry) if sets_policy(method) else (),
        target=entry.payload.resource or None,
    )
