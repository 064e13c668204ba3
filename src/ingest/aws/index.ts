/**
 * ingest/aws: the CloudWatch Logs API over AWS JSON 1.1.
 *
 * Purpose: what speaks to CloudWatch Logs speaks to Holdfast unchanged: AWS SDKs, the AWS CLI, the CloudWatch agent,
 * Docker's awslogs driver, Fluent Bit. One file an operation in `operations/`; `shape.ts` reads a request by its
 * shape; `error-names.ts` is the one table from failures to AWS's names and words.
 * Invariants: no operation runs before the signature of the whole request is verified; PutLogEvents ends in the sink
 * and is answered when its events are durable; every other operation is a verb of logs, which authorizes and audits.
 * A body is never repeated in an answer or in the server's own log. `handle` never rejects.
 * Limits: limits.ts; those of the API itself stand beside each member as its model has them.
 * It does not do: StartLiveTail, subscription filters, exports, deliveries, account policies, encryption
 * with KMS keys, temporary credentials. Such an operation is an UnknownOperationException that names it.
 */
export { type AwsEdgeDeps, createAwsEdge } from './create-aws-edge.ts';
export { AWS_FAILURES } from './failures.ts';
export { AWS_LIMITS } from './limits.ts';
