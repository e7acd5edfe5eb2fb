# Where the forwarders of other regions and accounts send to.

locals {
  bus = "arn:${local.partition}:events:${local.region}:${local.account}:event-bus/${var.name}"
}

resource "aws_cloudwatch_event_bus" "hub" {
  name        = var.name
  description = "Image work of other regions and accounts."
  tags        = local.tags
}

# Within its own account a forwarder needs no more than its role.
resource "aws_cloudwatch_event_bus_policy" "organization" {
  count = var.organization == null ? 0 : 1

  event_bus_name = aws_cloudwatch_event_bus.hub.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Organization"
      Effect    = "Allow"
      Principal = "*" # the condition says who
      Action    = "events:PutEvents"
      Resource  = local.bus
      Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization } }
    }]
  })
}
