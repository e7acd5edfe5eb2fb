"""Every log source there is, in the order in which they are asked whether a record is theirs.

To add one: write its file, import it here and name it in ``SOURCES``.
"""

from tidewaiter.sources import (
    acr_event_grid,
    acr_logs,
    azure_activity,
    cloudtrail,
    distribution,
    docker_daemon,
    docker_hub,
    ec2_ami_state_change,
    ecr_image_action,
    ecr_image_scan,
    ecs_task_state_change,
    gcp_audit,
    gcr_topic,
    gcs_notification,
    kubernetes_audit,
)
from tidewaiter.sources.interface import Context, Ignored, Record, Source

SOURCES: tuple[Source, ...] = (
    acr_event_grid.SOURCE,
    acr_logs.SOURCE,
    azure_activity.SOURCE,
    cloudtrail.SOURCE,
    distribution.SOURCE,
    docker_daemon.SOURCE,
    docker_hub.SOURCE,
    ec2_ami_state_change.SOURCE,
    ecr_image_action.SOURCE,
    ecr_image_scan.SOURCE,
    ecs_task_state_change.SOURCE,
    gcp_audit.SOURCE,
    gcr_topic.SOURCE,
    gcs_notification.SOURCE,
    kubernetes_audit.SOURCE,
)

__all__ = ["SOURCES", "Context", "Ignored", "Record", "Source"]
