output "rules" {
  description = "Every rule by name: its event pattern (JSON), and the state in which it gets what it is about."
  value = merge(
    { for name, pattern in local.notices : name => { pattern = jsonencode(pattern), state = "ENABLED" } },
    {
      for name, calls in merge(local.changes, local.reads) : name => {
        pattern = jsonencode({
          source      = local.from_aws
          detail-type = local.via_cloudtrail
          detail      = { "$or" = calls }
        })
        state = contains(keys(local.reads), name) ? "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" : "ENABLED"
      }
    },
  )
}
