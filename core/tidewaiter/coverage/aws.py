"""The logs of AWS that detection rests on."""

from tidewaiter.coverage.interface import PULLS, READS, WRITES, Prerequisite
from tidewaiter.detectors.evidence import Evidence

# A rule gets pulls (BatchGetImage) in any state, and so they come together with what writes: only
# calls that begin with Get, List or Describe, like a login's, wait for the state below.
_EVENTBRIDGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html"

NEVER_TOLD = (
    "Docker pushes and pulls show AWS Internal instead of their client: its login has it.",
    "CloudTrail leaves out a manifest that is too large: then no log has its layers.",
)

PREREQUISITES = (
    Prerequisite(
        id="aws-cloudtrail-writes",
        provider="aws",
        title="CloudTrail, management events that write",
        sources=frozenset({"cloudtrail"}),
        activities=WRITES | PULLS,
        brings=frozenset(
            {
                Evidence.PUSHES,
                Evidence.PUSHERS,
                Evidence.LAYERS,
                Evidence.MACHINE_IMAGES,
                Evidence.SHARES,
                Evidence.DEPLOYMENTS,
                Evidence.SETTINGS,
            }
        ),
        without="Nobody is named for a push, a machine image, a share or a launch.",
        enable="Create a trail for the organisation, in all regions, with management events.",
        link="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html",
    ),
    Prerequisite(
        id="aws-cloudtrail-reads",
        provider="aws",
        title="CloudTrail, management events that read",
        sources=frozenset({"cloudtrail"}),
        activities=READS - PULLS,
        brings=frozenset({Evidence.CLIENTS, Evidence.READS}),
        without=(
            "Registry logins, pulls and listings are not seen, and with the logins goes the only"
            " record of the address and client behind a push."
        ),
        enable=(
            "Log read events in the trail, too; give EventBridge rules the state"
            " ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS, or they get none of them."
        ),
        link=_EVENTBRIDGE,
    ),
    Prerequisite(
        id="aws-ecr-image-action",
        provider="aws",
        title="EventBridge, ECR Image Action",
        sources=frozenset({"ecr_image_action"}),
        brings=frozenset({Evidence.PUSHES}),
        without="Pushes are known minutes later, from CloudTrail.",
        enable='Route detail-type "ECR Image Action" of source aws.ecr from every region.',
        link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
        optional=True,
    ),
    Prerequisite(
        id="aws-ecr-copies",
        provider="aws",
        title="EventBridge, ECR Pull Through Cache and Replication Action",
        sources=frozenset({"ecr_pull_through_cache_action", "ecr_replication_action"}),
        without="What replication and pull-through caches bring in is not told apart from pushes.",
        enable='Route "ECR Pull Through Cache Action" and "ECR Replication Action" of aws.ecr.',
        link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
        optional=True,
    ),
    Prerequisite(
        id="aws-ami-state-change",
        provider="aws",
        title="EventBridge, EC2 AMI State Change",
        sources=frozenset({"ec2_ami_state_change"}),
        brings=frozenset({Evidence.MACHINE_IMAGES}),
        without="New machine images are known minutes later, from CloudTrail.",
        enable='Route detail-type "EC2 AMI State Change" of source aws.ec2 from every region.',
        link="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html",
        optional=True,
    ),
    Prerequisite(
        id="aws-ecs-task-state-change",
        provider="aws",
        title="EventBridge, ECS Task State Change",
        sources=frozenset({"ecs_task_state_change"}),
        brings=frozenset({Evidence.DEPLOYMENTS}),
        without="Which digest an ECS task really runs is not known, only what was asked for.",
        enable='Route detail-type "ECS Task State Change" of source aws.ecs from every region.',
        link="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html",
    ),
    Prerequisite(
        id="aws-eks-audit",
        provider="aws",
        title="EKS control plane, audit",
        sources=frozenset({"kubernetes_audit"}),
        brings=frozenset({Evidence.DEPLOYMENTS}),
        without="Images that run in EKS are not seen.",
        enable='Switch on the control plane log "audit" of every cluster.',
        link="https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
    ),
    Prerequisite(
        id="aws-scans",
        provider="aws",
        title="EventBridge, ECR Image Scan and Inspector2 Finding",
        sources=frozenset({"ecr_image_scan", "inspector2_finding", "inspector2_scan"}),
        brings=frozenset({Evidence.SCANS}),
        without="Vulnerabilities of an image are not told with its story.",
        enable='Route "ECR Image Scan" of aws.ecr and "Inspector2 Finding" of aws.inspector2.',
        link="https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html",
    ),
    Prerequisite(
        id="aws-guardduty",
        provider="aws",
        title="EventBridge, GuardDuty Finding",
        sources=frozenset({"guardduty_finding"}),
        without="GuardDuty's findings are not normalised beside our own.",
        enable='Route detail-type "GuardDuty Finding" of source aws.guardduty.',
        link="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html",
        optional=True,
        watched=False,
    ),
    Prerequisite(
        id="aws-instance-state-change",
        provider="aws",
        title="EventBridge, EC2 Instance State-change Notification",
        sources=frozenset({"ec2_instance_state_change"}),
        without="Starts and ends of instances are known from CloudTrail alone.",
        enable='Route detail-type "EC2 Instance State-change Notification" of source aws.ec2.',
        link="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html",
        optional=True,
        watched=False,
    ),
    Prerequisite(
        id="aws-s3-objects",
        provider="aws",
        title="S3 object events",
        sources=frozenset({"s3_object_event"}),
        without="Objects written to buckets are known from CloudTrail data events alone.",
        enable="Send the bucket's events to EventBridge, or to a queue.",
        link="https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
        optional=True,
        watched=False,
    ),
    Prerequisite(
        id="aws-vpc-flow-logs",
        provider="aws",
        title="VPC flow logs",
        sources=frozenset({"vpc_flow_log"}),
        without="The Traffic dataset has nothing of AWS.",
        enable="Create a flow log for the VPC, to S3 or CloudWatch Logs.",
        link="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
        optional=True,
        watched=False,
    ),
)
