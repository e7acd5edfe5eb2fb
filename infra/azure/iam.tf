# Who may do what: one identity, and a role for each thing that it does.
#
# Data is reached by the narrowest role that Azure has, at the very container, queue, table or hub.

locals {
  client    = coalesce(azurerm_user_assigned_identity.this.client_id, local.nobody)
  principal = coalesce(azurerm_user_assigned_identity.this.principal_id, local.nobody)

  may = merge(
    # The host keeps its keys, leases and packages there, and asks for all three kinds of storage:
    # https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
    {
      host-blobs  = { role = "Storage Blob Data Owner", scope = local.ids.storage["host"] }
      host-queues = { role = "Storage Queue Data Contributor", scope = local.ids.storage["host"] }
      host-tables = { role = "Storage Table Data Contributor", scope = local.ids.storage["host"] }
    },
    { for name, kept in local.containers : "container-${name}" => { role = kept.role, scope = local.ids.containers[name] } if kept.role != null },
    { for name, id in local.ids.queues : "queue-${name}" => { role = "Storage Queue Data Contributor", scope = id } },
    {
      memory    = { role = "Storage Table Data Contributor", scope = local.ids.table }
      events    = { role = "Azure Event Hubs Data Receiver", scope = local.ids.event_hub }
      incidents = { role = "EventGrid Data Sender", scope = local.ids.incidents }
      insights  = { role = "Monitoring Metrics Publisher", scope = local.ids.insights }

      # The service takes no roles of our own making, and has no narrower one:
      # https://learn.microsoft.com/azure/role-based-access-control/built-in-roles#communication-and-email-service-owner
      mail = { role = "Communication and Email Service Owner", scope = local.ids.mail }
    },
  )

  listed = length(var.subscriptions) > 0 ? var.subscriptions : toset([local.subscription])
}

resource "azurerm_user_assigned_identity" "this" {
  name                = var.name
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

resource "azurerm_role_assignment" "this" {
  for_each = local.may

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = local.principal
  principal_type       = "ServicePrincipal"
  description          = "Tidewaiter: ${each.key}"

  depends_on = [
    azurerm_communication_service.this,
    azurerm_eventgrid_topic.incidents,
    azurerm_eventhub.logs,
    azurerm_resource_group_template_deployment.memory,
    azurerm_storage_container.this,
    azurerm_storage_queue.this,
  ]
}

# Settings and package are written by whoever applies this; keys, which would do, are off.
resource "azurerm_role_assignment" "deployer" {
  for_each = toset(["packages", "settings"])

  scope                = local.ids.containers[each.key]
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = local.deployer
  description          = "Tidewaiter: deployment"

  depends_on = [azurerm_storage_container.this]
}

# What the inventory lists, in every subscription that it looks into.
resource "azurerm_role_definition" "inventory" {
  name              = "${local.unique}-inventory"
  description       = "Lists registries, repositories, images and what runs."
  scope             = "/subscriptions/${local.subscription}"
  assignable_scopes = [for id in local.listed : "/subscriptions/${id}"]

  permissions {
    actions      = local.inventory
    data_actions = local.read_in_registries
  }
}

resource "azurerm_role_assignment" "inventory" {
  for_each = local.listed

  scope              = "/subscriptions/${each.key}"
  role_definition_id = azurerm_role_definition.inventory.role_definition_resource_id
  principal_id       = local.principal
  principal_type     = "ServicePrincipal"
  description        = "Tidewaiter: inventory"
}

locals {
  # https://learn.microsoft.com/azure/role-based-access-control/permissions/compute and its neighbours
  inventory = [
    "Microsoft.App/containerApps/read",
    "Microsoft.Compute/galleries/images/read",
    "Microsoft.Compute/galleries/images/versions/read",
    "Microsoft.Compute/galleries/read",
    "Microsoft.Compute/images/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.ContainerInstance/containerGroups/read",
    "Microsoft.ContainerRegistry/registries/pull/read", # registries list repositories to whoever may pull
    "Microsoft.ContainerRegistry/registries/read",
  ]

  # Registries with permissions for repositories (ABAC) know these instead:
  # https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference
  read_in_registries = concat(
    [
      "Microsoft.ContainerRegistry/registries/catalog/read",
      "Microsoft.ContainerRegistry/registries/repositories/metadata/read",
    ],
    var.read_manifests ? ["Microsoft.ContainerRegistry/registries/repositories/content/read"] : [],
  )
}
