output "memory" {
  description = "The live memory, as in `tidewaiter coverage --memory`."
  value       = "dynamodb://${aws_dynamodb_table.memory.name}"
}

output "settings" {
  description = "Where the functions read tidewaiter.toml."
  value       = "s3://${aws_s3_object.settings.bucket}/${aws_s3_object.settings.key}"
}

output "bus" {
  description = "ARN of the event bus that forwarders send to."
  value       = local.bus

  # Nobody shall forward before the bus lets it in.
  depends_on = [aws_cloudwatch_event_bus.hub, aws_cloudwatch_event_bus_policy.organization]
}

output "functions" {
  description = "Names of the functions: worker, tick and inventory."
  value       = { for name, function in aws_lambda_function.this : name => function.function_name }
}

output "worker_role" {
  description = "ARN of the worker's role: what encrypts the delivery files of a trail must let it decrypt."
  value       = aws_iam_role.function["worker"].arn
}

output "topics" {
  description = "ARNs of the topics: mail for people, incidents (JSON) for machines."
  value       = { for name, topic in aws_sns_topic.this : name => topic.arn }
}

output "quarantine" {
  description = "Bucket of the records that could not be read."
  value       = aws_s3_bucket.this["quarantine"].bucket
}

output "failures" {
  description = "Queue of what failed too often; redrive it when the cause is mended."
  value       = aws_sqs_queue.failures.id
}

output "dashboard" {
  description = "Name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
