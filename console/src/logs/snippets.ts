import type { Role } from '../api/types.ts';

/** What a command needs from a key. */
export interface KeyParts {
  readonly token: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SendingWay {
  readonly id: string;
  readonly label: string;
  readonly lead: string;
  /** The key that this way needs, and no more. */
  readonly key: { readonly roles: readonly Role[]; readonly scopes?: readonly string[] };
  readonly command: (origin: string, key: KeyParts, mayCreateGroups?: boolean) => string;
}

const curl: SendingWay = {
  id: 'curl',
  label: 'curl',
  lead: 'One JSON object a line. The log group comes into being with its first record.',
  key: { roles: ['sender'] },
  command: (origin, { token }) =>
    `curl '${origin}/api/v1/logs?group=/first/steps&stream=shell' \\
  -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/x-ndjson' \\
  --data-binary '{"level":"info","message":"hello from my first record"}'`,
};

const openTelemetry: SendingWay = {
  id: 'otel',
  label: 'OpenTelemetry',
  lead: 'For any OpenTelemetry SDK or Collector: set these where your application starts.',
  key: { roles: ['sender'] },
  command: (origin, { token }) =>
    `export OTEL_SERVICE_NAME=my-service
export OTEL_LOGS_EXPORTER=otlp
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}
export OTEL_EXPORTER_OTLP_HEADERS='Authorization=Bearer%20${token}'`,
};

const aws: SendingWay = {
  id: 'aws',
  label: 'AWS CLI and SDKs',
  lead: 'The CloudWatch Logs API, with its own clients. This key may also create log groups, because those clients do.',
  key: { roles: ['admin'], scopes: ['logs:Write', 'logs:Describe', 'logs:Manage'] },
  command: (origin, { accessKeyId, secretAccessKey }, mayCreateGroups = true) =>
    `export AWS_ENDPOINT_URL=${origin} AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=${accessKeyId}
export AWS_SECRET_ACCESS_KEY=${secretAccessKey}
${mayCreateGroups ? 'aws logs create-log-group --log-group-name /first/steps' : '# The log group must exist: create it under Settings, Log groups.'}
aws logs create-log-stream --log-group-name /first/steps --log-stream-name shell
aws logs put-log-events --log-group-name /first/steps --log-stream-name shell \\
  --log-events timestamp=$(date +%s000),message='hello from the AWS CLI'`,
};

export const SENDING_WAYS: readonly SendingWay[] = [curl, openTelemetry, aws];

/** Stands in a command until there is a key. */
export const NO_KEY: KeyParts = { token: '<key>', accessKeyId: '<id>', secretAccessKey: '<secret>' };
