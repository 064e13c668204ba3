import { signSigV4 } from '../access/index.ts';
import { Failure } from '../base/index.ts';
import { DRILLS_FAILURES } from './failures.ts';

/** An API key as the probes hold it: in memory only. */
export interface ProbeKey {
  readonly id: string;
  readonly secret: string;
}

export interface ProbeReply {
  readonly status: number;
  readonly text: string;
}

export interface CanaryLog {
  readonly logGroup: string;
  readonly logStream: string;
  readonly timeMs: number;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface CanaryMetric {
  readonly namespace: string;
  readonly name: string;
  readonly timeMs: number;
  readonly value: number;
}

/** The protocols as a client outside would speak them: over HTTP to the server's own port. */
export interface ProbeClients {
  readonly protocols: readonly ProbeProtocol[];
  readonly bearer: (
    key: ProbeKey,
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal,
  ) => Promise<ProbeReply>;
  readonly aws: (key: ProbeKey, operation: string, body: unknown, signal: AbortSignal) => Promise<ProbeReply>;
  /** PutMetricData of CloudWatch, with high resolution; throws `drills.canary-refused` when it is not accepted. */
  readonly putMetric: (key: ProbeKey, metric: CanaryMetric, signal: AbortSignal) => Promise<void>;
}

export interface ProbeProtocol {
  readonly name: 'otlp' | 'cloudwatch-logs' | 'ndjson';
  /** For people. */
  readonly title: string;
  /** Sends one record; throws `drills.canary-refused` when it is not accepted. */
  readonly send: (key: ProbeKey, log: CanaryLog, signal: AbortSignal) => Promise<void>;
}

/** Clients for the server at `origin`, which is asked at each call because port 0 is known only after start. */
export function createProbeClients(deps: {
  readonly origin: () => string;
  readonly nowMs: () => number;
}): ProbeClients {
  const post = async (path: string, init: RequestInit): Promise<ProbeReply> => {
    const response = await fetch(new URL(path, deps.origin()), { redirect: 'error', ...init });
    return { status: response.status, text: await response.text() };
  };
  const aws = async (key: ProbeKey, operation: string, body: unknown, signal: AbortSignal): Promise<ProbeReply> => {
    const signed = signAws(deps, key, { ...LOGS_SERVICE, operation, body: JSON.stringify(body) });
    return post('/', { method: 'POST', headers: signed.headers, body: signed.body, signal });
  };
  const putMetric: ProbeClients['putMetric'] = async (key, metric, signal) => {
    const datum = { MetricName: metric.name, Timestamp: metric.timeMs / 1000, Value: metric.value };
    const body = JSON.stringify({
      Namespace: metric.namespace,
      MetricData: [{ ...datum, Unit: 'None', StorageResolution: 1 }],
    });
    const signed = signAws(deps, key, { ...METRICS_SERVICE, operation: 'PutMetricData', body });
    const reply = await post('/', { method: 'POST', headers: signed.headers, body: signed.body, signal });
    expectAccepted('cloudwatch-metrics', reply);
  };
  const bearer: ProbeClients['bearer'] = (key, method, path, body, signal) =>
    post(path, {
      method,
      headers: withBearer(key, { 'Content-Type': 'application/json' }),
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const wire: Wire = { post, aws };
  return { protocols: [otlpProtocol(wire), cloudwatchProtocol(wire), ndjsonProtocol(wire)], bearer, aws, putMetric };
}

interface Wire {
  readonly post: (path: string, init: RequestInit) => Promise<ProbeReply>;
  readonly aws: ProbeClients['aws'];
}

const withBearer = (key: ProbeKey, headers: Record<string, string>): Record<string, string> => ({
  ...headers,
  Authorization: `Bearer hf_${key.id}_${key.secret}`,
});

const otlpProtocol = ({ post }: Wire): ProbeProtocol => ({
  name: 'otlp',
  title: 'OTLP',
  send: async (key, log, signal) => {
    const headers = withBearer(key, {
      'Content-Type': 'application/json',
      'x-holdfast-log-group': log.logGroup,
      'x-holdfast-log-stream': log.logStream,
    });
    expectAccepted(
      'otlp',
      await post('/v1/logs', { method: 'POST', headers, body: JSON.stringify(otlpBody(log)), signal }),
    );
  },
});

const cloudwatchProtocol = ({ aws }: Wire): ProbeProtocol => ({
  name: 'cloudwatch-logs',
  title: 'CloudWatch Logs',
  send: async (key, log, signal) => {
    const message = JSON.stringify({ message: log.body, ...log.attributes });
    const logEvents = [{ timestamp: log.timeMs, message }];
    const reply = await aws(
      key,
      'PutLogEvents',
      { logGroupName: log.logGroup, logStreamName: log.logStream, logEvents },
      signal,
    );
    expectAccepted('cloudwatch-logs', reply);
  },
});

const ndjsonProtocol = ({ post }: Wire): ProbeProtocol => ({
  name: 'ndjson',
  title: 'NDJSON',
  send: async (key, log, signal) => {
    const path = `/api/v1/logs?${new URLSearchParams({ group: log.logGroup, stream: log.logStream })}`;
    const line = `${JSON.stringify({ time: log.timeMs, message: log.body, ...log.attributes })}\n`;
    const headers = withBearer(key, { 'Content-Type': 'application/x-ndjson' });
    expectAccepted('ndjson', await post(path, { method: 'POST', headers, body: line, signal }));
  },
});

function expectAccepted(protocol: string, reply: ProbeReply): void {
  if (reply.status === 200) return;
  throw new Failure(DRILLS_FAILURES.canaryRefused, {
    protocol,
    status: reply.status,
    answer: reply.text.slice(0, 300),
  });
}

function otlpBody(log: CanaryLog): unknown {
  const attributes = Object.entries(log.attributes).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const record = {
    timeUnixNano: `${log.timeMs}000000`,
    severityNumber: 9,
    body: { stringValue: log.body },
    attributes,
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'holdfast-probe' } }] };
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'holdfast.probe' }, logRecords: [record] }] }] };
}

interface AwsService {
  readonly service: string;
  readonly contentType: string;
  readonly targetPrefix: string;
}

const LOGS_SERVICE: AwsService = {
  ...{ service: 'logs', contentType: 'application/x-amz-json-1.1', targetPrefix: 'Logs_20140328' },
};
const METRICS_SERVICE: AwsService = {
  ...{
    service: 'monitoring',
    contentType: 'application/x-amz-json-1.0',
    targetPrefix: 'GraniteServiceVersion20100801',
  },
};

function signAws(
  deps: { readonly origin: () => string; readonly nowMs: () => number },
  key: ProbeKey,
  call: AwsService & { readonly operation: string; readonly body: string },
): { readonly headers: Record<string, string>; readonly body: string } {
  const { service, body } = call;
  const headers: Record<string, string> = {
    host: new URL(deps.origin()).host,
    'content-type': call.contentType,
    'x-amz-target': `${call.targetPrefix}.${call.operation}`,
  };
  const request = { method: 'POST', target: '/', headers: Object.entries(headers), body: Buffer.from(body) };
  const signing = { accessKeyId: key.id, secret: key.secret, region: 'us-east-1', service };
  return { headers: { ...headers, ...signSigV4(request, signing, deps.nowMs()) }, body };
}
