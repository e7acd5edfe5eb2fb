"""Every log source there is, in the order in which they are asked whether a record is theirs.

To add one: write its file and name it in ``NAMES``.
"""

from importlib import import_module

from tidewaiter.sources.interface import Context, Ignored, Record, Source

__all__ = ["NAMES", "SOURCES", "Context", "Ignored", "Record", "Source"]

NAMES: tuple[str, ...] = (
    "cloudtrail",  # by far the most records
    "vpc_flow_log",
    "acr_event_grid",
    "acr_logs",
    "admission_review",
    "azure_activity",
    "azure_flow_log",
    "azure_storage_log",
    "cloud_build",
    "container_analysis",
    "defender_alert",
    "defender_assessment",
    "distribution",
    "docker_daemon",
    "docker_hub",
    "ec2_ami_state_change",
    "ec2_instance_state_change",
    "ecr_image_action",
    "ecr_image_scan",
    "ecr_pull_through_cache_action",
    "ecr_replication_action",
    "ecs_task_state_change",
    "entra_audit",
    "entra_sign_in",
    "falco",
    "gcp_audit",
    "gcp_vpc_flow_log",
    "gcr_topic",
    "gcs_notification",
    "guardduty_finding",
    "inspector2_finding",
    "inspector2_scan",
    "kubernetes_audit",
    "s3_object_event",
)
SOURCES: tuple[Source, ...] = tuple(import_module(f"{__name__}.{name}").SOURCE for name in NAMES)
