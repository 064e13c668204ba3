/**
 * ingest/aws/cloudwatch: the CloudWatch API for metrics and alarms, over its three wires.
 *
 * Purpose: what speaks to CloudWatch speaks to Holdfast unchanged: AWS SDKs of every generation, the AWS CLI, the
 * CloudWatch agent. A request is AWS JSON 1.0, Smithy RPC v2 CBOR or the Query form; the answer is in the same form.
 * `model/` describes requests and answers as data, `wires/` reads and writes them, `operations/` has one file each,
 * `error-names.ts` is the one table from failures to AWS's names.
 * Invariants: no operation runs before the signature of the whole request is verified; one description of a shape
 * serves all wires, so that they accept and answer the same; PutMetricData takes all of its data or none, redacts
 * every text first and answers when the points are durable; a body is never repeated in an answer or in the server's
 * own log beyond the refused value. `handle` never rejects.
 * Limits: limits.ts; those of the API itself stand beside each member as its model has them.
 * It does not do: dashboards, anomaly detection, insight rules, metric streams, mute rules, PromQL, calls by GET.
 * Such an operation is an error that names it.
 */
export { type CloudWatchEdgeDeps, createCloudWatchEdge } from './create-cloudwatch-edge.ts';
export { CLOUDWATCH_FAILURES } from './failures.ts';
export { CLOUDWATCH_LIMITS } from './limits.ts';
export { PROTOCOL as CLOUDWATCH_PROTOCOL } from './operation.ts';
