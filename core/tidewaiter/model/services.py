"""The wider taxonomy: which of six categories a service belongs to."""

from enum import StrEnum

from tidewaiter.model.vocabulary import Activity, dataset_of


class Category(StrEnum):
    """What a service is for."""

    COMPUTE = "Compute"  # virtual machines, containers, functions, images and their registries
    STORAGE = "Storage"  # blocks, objects, files
    MANAGEMENT = "Management"  # management access, logging, deployment, kubernetes itself
    NETWORK = "Network"  # external access, virtual networks, VPN, routing, names
    DATABASE = "Database"  # SQL and others, caches, warehouses
    SECURITY = "Security"  # identities, encryption, firewalls, detection


# By the first label of AWS's host (ecr.amazonaws.com), the provider's namespace of Azure
# (microsoft.compute) and the first label of Google's host (compute.googleapis.com).
_WORDS: dict[Category, str] = {
    Category.COMPUTE: """
        ec2 ecr ecr-public ecs eks lambda batch lightsail apprunner elasticbeanstalk autoscaling
        application-autoscaling imagebuilder ecs-tasks elasticmapreduce emr-containers
        emr-serverless serverlessrepo sagemaker gamelift outposts braket deadline bedrock
        sqlworkbench microsoft.compute microsoft.containerregistry microsoft.containerservice
        microsoft.containerinstance microsoft.app microsoft.web microsoft.batch
        microsoft.virtualmachineimages microsoft.servicefabric microsoft.desktopvirtualization
        microsoft.classiccompute microsoft.redhatopenshift microsoft.machinelearningservices
        compute artifactregistry containerregistry container run cloudfunctions appengine gke
        cloudbuild containeranalysis tpu dataflow dataproc aiplatform vmmigration workstations
        k8s.io registry docker
    """,
    Category.STORAGE: """
        s3 s3express s3-outposts ebs elasticfilesystem fsx glacier backup storagegateway
        datasync snowball importexport dlm rbin microsoft.storage microsoft.storagesync
        microsoft.netapp microsoft.recoveryservices microsoft.dataprotection microsoft.databox
        microsoft.classicstorage microsoft.datalakestore microsoft.elasticsan
        microsoft.storagecache storage file storagetransfer backupdr filestore netapp
    """,
    Category.MANAGEMENT: """
        cloudtrail cloudwatch monitoring logs events scheduler config cloudformation ssm
        ssm-quicksetup organizations account controltower servicecatalog health support
        trustedadvisor resource-groups tagging resource-explorer-2 codebuild codepipeline
        codecommit codedeploy codeartifact codestar-connections cloudshell notifications ce cur
        budgets billing servicequotas license-manager opsworks xray synthetics states sqs sns
        apidestinations kinesis firehose ec2messages ssmmessages appconfig proton resiliencehub
        savingsplans tax consolidatedbilling freetier microsoft.insights
        microsoft.operationalinsights microsoft.resources microsoft.policyinsights
        microsoft.management microsoft.automation microsoft.advisor microsoft.resourcehealth
        microsoft.alertsmanagement microsoft.monitor microsoft.operationsmanagement
        microsoft.costmanagement microsoft.billing microsoft.subscription microsoft.features
        microsoft.eventhub microsoft.eventgrid microsoft.servicebus microsoft.logic
        microsoft.devops microsoft.solutions microsoft.blueprint microsoft.portal
        microsoft.support microsoft.resourcegraph microsoft.maintenance
        microsoft.guestconfiguration microsoft.hybridcompute microsoft.kubernetes
        microsoft.marketplace microsoft.capacity logging stackdriver clouderrorreporting
        cloudtrace cloudscheduler cloudtasks pubsub cloudresourcemanager serviceusage
        servicemanagement servicecontrol deploymentmanager clouddeploy cloudasset orgpolicy
        osconfig cloudbilling config eventarc workflows gkehub cloudsupport recommender
        sourcerepo apikeys developerconnect infrastructuremanager
    """,
    Category.NETWORK: """
        elasticloadbalancing route53 route53resolver route53domains apigateway cloudfront
        directconnect globalaccelerator vpc-lattice networkmanager servicediscovery appmesh
        execute-api transitgateway vpcflowlogs microsoft.network microsoft.cdn
        microsoft.apimanagement microsoft.classicnetwork microsoft.relay
        microsoft.signalrservice microsoft.peering microsoft.hybridnetwork
        microsoft.domainregistration dns networkmanagement networkconnectivity networkservices
        servicenetworking vpcaccess servicedirectory trafficdirector networkintelligence
        networktopology privateca-network domains
    """,
    Category.DATABASE: """
        rds rds-data dynamodb dax elasticache redshift redshift-data redshift-serverless docdb
        neptune-db memorydb timestream qldb cassandra dms athena glue lakeformation es aoss
        opensearch dsql microsoft.sql microsoft.documentdb microsoft.dbforpostgresql
        microsoft.dbformysql microsoft.dbformariadb microsoft.cache microsoft.synapse
        microsoft.kusto microsoft.databricks microsoft.datafactory microsoft.sqlvirtualmachine
        microsoft.search bigquery bigquerydatatransfer bigquerystorage cloudsql sqladmin spanner
        bigtable bigtableadmin firestore datastore redis memcache alloydb datacatalog dataplex
        datamigration
    """,
    Category.SECURITY: """
        iam sts signin sso sso-directory sso-oauth identitystore rolesanywhere access-analyzer
        kms cloudhsm secretsmanager acm acm-pca guardduty inspector inspector2 securityhub macie
        macie2 detective waf wafv2 waf-regional shield network-firewall fms ram cognito-idp
        cognito-identity ds verifiedpermissions auditmanager artifact securitylake
        microsoft.authorization microsoft.keyvault microsoft.security microsoft.securityinsights
        microsoft.managedidentity microsoft.aad microsoft.aadiam microsoft.azureactivedirectory
        microsoft.attestation microsoft.hardwaresecuritymodules microsoft.securitycopilot
        microsoft.entra microsoft.identity iamcredentials cloudkms secretmanager securitycenter
        securitycentermanagement cloudidentity login admin accesscontextmanager iap
        identitytoolkit binaryauthorization policysimulator policytroubleshooter privateca
        websecurityscanner dlp oslogin beyondcorp certificatemanager threatdetection chronicle
        ids networksecurity oauth2 firebaserules essentialcontacts falco
    """,
}
_CATEGORIES = {name: category for category, names in _WORDS.items() for name in names.split()}


def category_of(activity: Activity, service: str | None) -> Category | None:
    """Return what ``service`` is for; the activity tells where the service is unknown."""
    found = _CATEGORIES.get(_short(service)) if service else None
    return found or _BY_DATASET.get(str(dataset_of(activity)))


def _short(service: str) -> str:
    """``ecr.us-east-1.amazonaws.com`` is ``ecr``; ``Microsoft.Compute/x`` is
    ``microsoft.compute``.
    """
    name = service.lower().partition("/")[0]
    return name if name in _CATEGORIES else name.partition(".")[0]


_BY_DATASET = {
    "Compute": Category.COMPUTE,
    "Storage": Category.STORAGE,
    "Traffic": Category.NETWORK,
    "Authentication": Category.SECURITY,
}
