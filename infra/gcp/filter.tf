# What the sinks let through: the calls that core/tidewaiter/sources reads, whatever version of an
# API a client used.  tests/infra/test_gcp_filter.py compares both, test_gcp_corpus.py tries it on logs.
#
# A filter may have 20,000 characters.  In a regular expression a dot stands in brackets, so that
# nobody has to know how many backslashes a text in a filter needs.

locals {
  version = "v[0-9][0-9a-z]*" # v1, v1beta2

  # By method alone, as regular expressions.
  methods = {
    docker = "Docker-(Catalog|CreateOnPush|DeleteManifest|DeleteTag|FinishUpload|GetManifest|GetTags|PutManifest|StartUpload)|VirtualRepo-Auth"

    artifact-registry = "google[.]devtools[.]artifactregistry[.]${local.version}[.]ArtifactRegistry[.](${join("|", [
      "BatchDeleteVersions",
      "CreateRepository",
      "CreateTag",
      "DeletePackage",
      "DeleteRepository",
      "DeleteTag",
      "DeleteVersion",
      "ListDockerImages",
      "ListPackages",
      "ListRepositories",
      "ListTags",
      "ListVersions",
      "SetIamPolicy",
      "UpdateRepository",
      "UpdateTag",
    ])})"

    machine-images = "((v[0-9]+|alpha|beta)[.])?compute[.](images|machineImages)[.](${join("|", [
      "delete",
      "deprecate",
      "insert",
      "list",
      "patch",
      "setIamPolicy",
      "setLabels",
      "update",
    ])})"

    instances = "((v[0-9]+|alpha|beta)[.])?compute[.](${join("|", [
      "(instanceGroupManagers|regionInstanceGroupManagers)[.](insert|patch|setInstanceTemplate|update)",
      "(instanceTemplates|regionInstanceTemplates)[.]insert",
      "instances[.](bulkInsert|insert)",
      "regionInstances[.]bulkInsert",
    ])})"

    # Entries of the system have no package, only a slash.
    cloud-run = "(google[.]cloud[.]run[.]${local.version}[.]|google[.]cloud[.]serverless[.]internal[.]|/)(${join("|", [
      "InternalServices[.](CreateInternalService|ReplaceInternalService)",
      "Jobs[.](CreateJob|ReplaceJob|RunJob|UpdateJob)",
      "Services[.](CreateService|ReplaceService|UpdateService)",
      "WorkerPools[.](CreateWorkerPool|ReplaceWorkerPool|UpdateWorkerPool)",
    ])})"

    builds = "google[.]devtools[.]cloudbuild[.]${local.version}[.]CloudBuild[.](ApproveBuild|CreateBuild|RetryBuild|RunBuildTrigger)"

    # What starts images in a cluster, and not the state that is reported of it over and over.
    clusters = "([0-9a-z-]+[.])+${local.version}[.](${join("|", [
      "(cronjobs|daemonsets|deployments|jobs|pods|replicasets|replicationcontrollers|statefulsets)",
      "pods[.]ephemeralcontainers",
    ])})[.](create|patch|update)"

    # What keeps images out of a cluster.
    guards = "([0-9a-z-]+[.])+${local.version}[.](${join("|", [
      "clusterimagepolicies",
      "clusterpolicies",
      "constrainttemplates",
      "imagevalidatingpolicies",
      "mutatingwebhookconfigurations",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
      "validatingwebhookconfigurations",
    ])})[.](create|delete|deletecollection)"

    admission = "google[.]cloud[.]binaryauthorization[.]${local.version}[.](${join("|", [
      "BinauthzManagementServiceV[0-9A-Za-z]+[.](CreateAttestor|DeleteAttestor|UpdateAttestor|UpdatePolicy)",
      "PlatformPolicyManagementService[.]DeletePlatformPolicy",
    ])})"

    # Who switches off what we see by.
    sinks = "google[.]logging[.]v2[.]ConfigServiceV2[.](CreateExclusion|CreateSink|DeleteBucket|DeleteSink|UpdateExclusion|UpdateSink)"
  }

  # By method, and by what it was done to.
  narrowed = {
    layers = {
      methods = "(google[.])?storage[.]objects[.](create|delete|get)"
      if      = "protoPayload.resourceName=~\"/buckets/((us|eu|asia)[.])?artifacts[.][^/]+[.]appspot[.]com/objects/containers(/|%2[Ff])images(/|%2[Ff])sha256\""
    }
    legacy-registry = {
      methods = "(google[.])?storage[.](objects[.]list|setIamPermissions)"
      if      = "protoPayload.resourceName=~\"/buckets/((us|eu|asia)[.])?artifacts[.][^/]+[.]appspot[.]com(/|$)\""
    }
    vouchers = {
      methods = "google[.](iam[.]v1[.]IAMPolicy|devtools[.]containeranalysis[.]${local.version}[.]ContainerAnalysis[0-9A-Za-z]*)[.]SetIamPolicy"
      if      = "protoPayload.resourceName=~\"^projects/[^/]+/(locations/[^/]+/)?(notes|attestors)/\""
    }
    cluster-admission = {
      methods = "google[.]container[.]${local.version}[.]ClusterManager[.]UpdateCluster"
      if      = "protoPayload.request.update.desiredBinaryAuthorization:*"
    }
    audit-configuration = {
      methods = "SetIamPolicy"
      if      = "(protoPayload.serviceData.policyDelta.auditConfigDeltas:* OR protoPayload.metadata.policyDelta.auditConfigDeltas:*)"
    }
    feeds = {
      methods = "google[.]pubsub[.]v1[.](Publisher|Subscriber)[.](DeleteSubscription|DeleteTopic|DetachSubscription|ModifyPushConfig|UpdateSubscription)"
      if      = "protoPayload.resourceName=~\"/(gcr|cloud-builds|container-analysis-[^/]+|[^/]*tidewaiter[^/]*)$\""
    }
    scanners = {
      methods = "google[.]api[.]serviceusage[.]v1[.]ServiceUsage[.](DisableService|EnableService)"
      if      = "protoPayload.resourceName=~\"/(containeranalysis|containerscanning)[.]googleapis[.]com$\""
    }
  }

  filter = join("\nOR ", concat(
    ["protoPayload.methodName=~\"^(${join("|", values(local.methods))})$\""],
    [for clause in values(local.narrowed) : "(protoPayload.methodName=~\"^(${clause.methods})$\" AND ${clause.if})"],
  ))
}
