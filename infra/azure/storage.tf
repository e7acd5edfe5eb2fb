# What is stored, in three accounts: the host's own affairs, ours, and what Event Grid could not deliver.

locals {
  accounts = {
    host = "${local.compact}host${local.suffix}"
    data = "${local.compact}data${local.suffix}"
    lost = "${local.compact}lost${local.suffix}"
  }

  settings_name = "tidewaiter.toml"
  queues        = ["retry", "retry-poison"] # the host calls the second one so

  # What a function does in a container, if it is not the host's.
  containers = {
    packages    = { account = "host", role = null }
    settings    = { account = "data", role = "Storage Blob Data Reader" }
    quarantine  = { account = "data", role = "Storage Blob Data Contributor" }
    retry       = { account = "data", role = "Storage Blob Data Contributor" }
    outbox      = { account = "data", role = "Storage Blob Data Contributor" }
    undelivered = { account = "lost", role = null } # the forwarders' topics write there
  }
}

resource "azurerm_storage_account" "this" {
  for_each = local.accounts

  name                = each.value
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  account_kind             = "StorageV2"
  account_tier             = "Standard"
  account_replication_type = "ZRS"

  min_tls_version                   = "TLS1_2"
  https_traffic_only_enabled        = true
  infrastructure_encryption_enabled = true # twice, with different keys
  shared_access_key_enabled         = false
  default_to_oauth_authentication   = true
  allow_nested_items_to_be_public   = false
  cross_tenant_replication_enabled  = false
  local_user_enabled                = false

  network_rules {
    default_action             = "Deny"
    bypass                     = ["AzureServices"] # Event Grid, with its identity
    ip_rules                   = var.reach
    virtual_network_subnet_ids = [local.ids.subnet]
  }

  blob_properties {
    versioning_enabled = each.key == "data"

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }

  depends_on = [azurerm_subnet.functions]
}

resource "azurerm_storage_container" "this" {
  for_each = local.containers

  name                  = each.key
  storage_account_id    = local.ids.storage[each.value.account]
  container_access_type = "private"

  depends_on = [azurerm_storage_account.this]
}

resource "azurerm_storage_queue" "this" {
  for_each = toset(local.queues)

  name               = each.key
  storage_account_id = local.ids.storage["data"]

  depends_on = [azurerm_storage_account.this]
}

resource "azurerm_storage_management_policy" "this" {
  for_each = { data = "quarantine/", lost = "undelivered/" }

  storage_account_id = local.ids.storage[each.key]

  rule {
    name    = "old-versions"
    enabled = true

    filters {
      blob_types = ["blockBlob"]
    }

    actions {
      version {
        delete_after_days_since_creation = 90
      }
    }
  }

  rule {
    name    = "unread-records"
    enabled = true

    filters {
      blob_types   = ["blockBlob"]
      prefix_match = [each.value]
    }

    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = 365
      }
    }
  }

  depends_on = [azurerm_storage_account.this]
}

resource "azurerm_storage_blob" "settings" {
  name                   = local.settings_name
  storage_account_name   = local.accounts["data"]
  storage_container_name = azurerm_storage_container.this["settings"].name
  type                   = "Block"
  content_type           = "application/toml"
  source_content         = var.settings

  depends_on = [azurerm_role_assignment.deployer]
}

# The app runs what has this name in its container whenever it starts.  Azure's own deployment puts it
# there, too, but wants a URL with a key, or a command (docs/deploy-azure.md has it, should it be needed).
# https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#deployment
resource "azurerm_storage_blob" "package" {
  name                   = "released-package.zip"
  storage_account_name   = local.accounts["host"]
  storage_container_name = azurerm_storage_container.this["packages"].name
  type                   = "Block"
  content_type           = "application/zip"
  content_md5            = filemd5(var.package) # another package is another blob
  source                 = var.package

  depends_on = [azurerm_role_assignment.deployer]
}
