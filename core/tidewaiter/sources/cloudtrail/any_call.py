"""Every call that no other reader knows: what was done, by the words of its name, and to what.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html

AWS has some fifteen thousand verbs, but they begin with the same few words.
"""

import re

from tidewaiter.model import Activity
from tidewaiter.sources.cloudtrail.call import Entry, EntryReader, Told
from tidewaiter.sources.cloudtrail.targets import target_of

WORDS = {
    Activity.RESOURCE_CREATED: """
        Allocate Clone Copy Create Import Issue Launch Provision Purchase Register Request Restore
        Run Upload
    """,
    Activity.RESOURCE_READ: """
        Check Count Describe Detect Discover Download Estimate Evaluate Filter Find Get Head List
        Lookup Peek Poll Preview Query Read Receive Resolve Scan Search Select Simulate Validate
        Verify View
    """,
    # Removing takes something away from what is named; so does revoking.  Putting replaces.
    Activity.RESOURCE_CHANGED: """
        Accept Activate Add Apply Assign Associate Attach Authorize Cancel Change Configure
        Deactivate Detach Disable Disassociate Enable Extend Join Leave Modify Move Promote Put
        Reboot Rebuild Reject Remove Rename Renew Replace Reset Resize Resume Resync Retire Revoke
        Rollback Rotate Schedule Set Share Stop Suspend Swap Tag Transfer Unassign Unlock Unsuspend
        Untag Update Upgrade
    """,
    Activity.RESOURCE_DELETED: "Delete Deprovision Deregister Destroy Purge Release Terminate",
}
"""What is none of these is ``resource.used``: Invoke, Send, Start, Publish."""
PAST = {
    "Changed": Activity.RESOURCE_CHANGED,
    "Created": Activity.RESOURCE_CREATED,
    "Delete": Activity.RESOURCE_DELETED,
    "Deleted": Activity.RESOURCE_DELETED,
    "Updated": Activity.RESOURCE_CHANGED,
}
"""The last word of what AWS's services do by themselves: ``SharedSnapshotVolumeCreated``."""
NAMED = {
    "CreateTags": Activity.RESOURCE_CHANGED,  # of what is tagged
    "DeleteTags": Activity.RESOURCE_CHANGED,
    "PolicyExecutionEvent": Activity.RESOURCE_CHANGED,  # ECR moved images to another storage class
    "StartLogging": Activity.RESOURCE_CHANGED,  # as StopLogging
}

_ACTIVITIES = {word: activity for activity, words in WORDS.items() for word in words.split()}
_FIRST = re.compile(r"(?:Batch|Bulk|Admin)?([A-Z]?[a-z]+)")
_LAST = re.compile(r"[A-Z][a-z]+$")


def activity_of(entry: Entry) -> Activity:
    """Tell what was done; what AWS calls read-only only read, whatever its name says."""
    if entry.read_only:
        return Activity.RESOURCE_READ
    name = entry.event_name
    found = NAMED.get(name) or _by_words(name) or Activity.RESOURCE_USED
    # "Get" may hand out a credential, and then is not read-only.
    writes = found is Activity.RESOURCE_READ and entry.read_only is False
    return Activity.RESOURCE_USED if writes else found


def _by_words(name: str) -> Activity | None:
    first, last = _FIRST.match(name), _LAST.search(name)
    found = _ACTIVITIES.get(first[1].capitalize()) if first else None
    return found or (PAST.get(last[0]) if last else None)


def read_any(entry: Entry) -> Told:
    """Read any call."""
    activity = activity_of(entry)
    creates = activity is Activity.RESOURCE_CREATED
    return Told(activity=activity, target=target_of(entry, creates=creates))


def changing(activity: Activity) -> EntryReader:
    """Read any call to a service where every change is of one kind."""

    def read(entry: Entry) -> Told:
        found = read_any(entry)
        kept = found.activity in {Activity.RESOURCE_READ, Activity.RESOURCE_USED}
        return found if kept else Told(activity=activity, target=found.target)

    return read
