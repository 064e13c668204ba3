import type { IncomingMessage } from 'node:http';
import { Failure } from '../../base/index.ts';
import { asFailure } from '../as-failure.ts';
import { authenticateRequest } from '../bearer.ts';
import type { EdgeDeps } from '../edge-deps.ts';
import { INGEST_FAILURES } from '../failures.ts';
import type { EdgeContext, HttpEdge } from '../http.ts';
import { type Answer, readBody, sendAnswer } from '../http-body.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { timeWindowAt } from '../record-time.ts';
import { CONTENT_TYPES, failureAnswer, type OtlpFormat, type PartialSuccess, successAnswer } from './answer.ts';
import { countJsonItems, countProtobufItems, DATA_POINTS, type ItemPath, SPANS } from './count-items.ts';
import { decodeLogsJson } from './decode-json.ts';
import { decodeLogsProtobuf } from './decode-protobuf.ts';
import { createDestination } from './destination.ts';
import { startGathering } from './gathering.ts';
import { createSignals, type Refusals, type Signals } from './signals.ts';

type Signal = 'logs' | 'traces' | 'metrics';

const SIGNALS: ReadonlyMap<string, Signal> = new Map([
  ['/v1/logs', 'logs'],
  ['/v1/traces', 'traces'],
  ['/v1/metrics', 'metrics'],
]);

/** Names of the protocols in counters and audit. */
export const OTLP_PROTOCOLS: Readonly<Record<Signal, string>> = {
  logs: 'otlp',
  traces: 'otlp-traces',
  metrics: 'otlp-metrics',
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly context: EdgeContext;
  readonly format: OtlpFormat;
}

/** OTLP/HTTP, protobuf and JSON (OTLP specification 1.x). */
export function createOtlpEdge(deps: EdgeDeps): HttpEdge {
  const { redactor, counters, clock } = deps;
  const signals =
    deps.signals === undefined ? undefined : createSignals({ ...deps.signals, redactor, counters, clock });
  return {
    protocol: 'otlp',
    matches: (_, url) => SIGNALS.has(url.pathname),
    handle: async (request, response, context) => {
      const signal = SIGNALS.get(context.url.pathname) ?? 'logs';
      const answer = await answerSignal({ ...deps, taking: signals }, { request, context, signal });
      await sendAnswer({ request, response, clock: deps.clock }, answer);
    },
  };
}

type OtlpDeps = EdgeDeps & { readonly taking: Signals | undefined };

interface Call {
  readonly request: IncomingMessage;
  readonly context: EdgeContext;
  readonly signal: Signal;
}

async function answerSignal(deps: OtlpDeps, { request, context, signal }: Call): Promise<Answer> {
  const format = formatOf(request);
  const protocol = OTLP_PROTOCOLS[signal];
  try {
    if (request.method !== 'POST') {
      throw new Failure(INGEST_FAILURES.methodNotAllowed, {
        path: context.url.pathname,
        method: request.method ?? '',
      });
    }
    if (format === undefined) throw contentTypeRefusal(request, context);
    const exchange = { request, context, format };
    const partial = await takeSignal(deps, exchange, signal);
    if (partial !== undefined) deps.counters.refused(protocol, { requests: 0, records: partial.rejectedHere });
    return successAnswer(format, partial);
  } catch (error) {
    const failure = asFailure(error, { log: deps.log, context });
    deps.counters.refused(protocol, { requests: 1, records: 0 });
    return failureAnswer(format ?? 'json', failure);
  }
}

async function takeSignal(deps: OtlpDeps, exchange: Exchange, signal: Signal): Promise<Refused | undefined> {
  if (signal === 'logs') return await takeLogs(deps, exchange);
  return deps.taking === undefined
    ? await declineItems(deps, exchange, ITEMS[signal])
    : await takeItems({ ...deps, taking: deps.taking }, exchange, signal);
}

function formatOf(request: IncomingMessage): OtlpFormat | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPES.protobuf || type === 'application/protobuf') return 'protobuf';
  return type === CONTENT_TYPES.json ? 'json' : undefined;
}

const contentTypeRefusal = (request: IncomingMessage, context: EdgeContext): Failure =>
  new Failure(INGEST_FAILURES.contentTypeUnsupported, {
    contentType: (request.headers['content-type'] ?? '(none)').slice(0, 100),
    path: context.url.pathname,
    accepted: Object.values(CONTENT_TYPES).join(', '),
  });

/** What was refused in all, and how many of it the sink has not counted already. */
type Refused = PartialSuccess & { readonly rejectedHere: number };

async function takeLogs(deps: EdgeDeps, { request, context, format }: Exchange): Promise<Refused | undefined> {
  const actor = await authenticateRequest(request, context, deps.authenticateBearer);
  const body = await readBody(request, OTLP_BODY, deps);
  try {
    const gathering = startGathering({
      destination: createDestination(request.headers, deps.redactor),
      window: timeWindowAt(context.receivedMs),
      receivedMs: context.receivedMs,
    });
    const decode = format === 'json' ? decodeLogsJson : decodeLogsProtobuf;
    await decode(body.bytes, gathering, deps.clock);
    const { batches, refusals } = gathering.finish();
    const { expired } = await deps.sink({
      actor,
      protocol: OTLP_PROTOCOLS.logs,
      batches,
      bytes: body.bytes.length,
      createMissing: true,
    });
    return summarize(refusals, expired);
  } finally {
    body.release();
  }
}

const OTLP_BODY = {
  bytesMax: INGEST_LIMITS.otlpBodyBytesMax,
  encodings: ['gzip', 'deflate', 'zstd'],
} as const;

function summarize(refusals: Refusals, expired: number): Refused | undefined {
  const rejectedHere = sumOf(refusals);
  const rejected = rejectedHere + expired;
  if (rejected === 0) return undefined;
  const reasons = [...refusals].map(([reason, count]) => `${count} because ${reason}`);
  if (expired > 0) reasons.push(`${expired} because they are older than the retention of their log group`);
  const message = `${rejected} log records were refused: ${reasons.join('; ')}; the others are stored`;
  return { counter: 'rejectedLogRecords', rejected, rejectedHere, message };
}

const sumOf = (refusals: Refusals): number => [...refusals.values()].reduce((sum, count) => sum + count, 0);

interface Items {
  readonly path: ItemPath;
  readonly counter: string;
  readonly what: string;
}

const ITEMS: Readonly<Record<Exclude<Signal, 'logs'>, Items>> = {
  traces: { path: SPANS, counter: 'rejectedSpans', what: 'spans' },
  metrics: { path: DATA_POINTS, counter: 'rejectedDataPoints', what: 'metric data points' },
};

async function takeItems(
  deps: EdgeDeps & { readonly taking: Signals },
  { request, context, format }: Exchange,
  signal: Exclude<Signal, 'logs'>,
): Promise<Refused | undefined> {
  const actor = await authenticateRequest(request, context, deps.authenticateBearer);
  const body = await readBody(request, OTLP_BODY, deps);
  try {
    const { bytes } = body;
    const call = { actor, protocol: OTLP_PROTOCOLS[signal], format, bytes, receivedMs: context.receivedMs };
    const take = signal === 'metrics' ? deps.taking.takeMetrics : deps.taking.takeSpans;
    const refusals = await take(call);
    const rejected = sumOf(refusals);
    if (rejected === 0) return undefined;
    const { counter, what } = ITEMS[signal];
    const reasons = [...refusals].map(([reason, count]) => `${count} because ${reason}`);
    const message = `${rejected} ${what} were refused: ${reasons.join('; ')}; the others are stored`;
    return { counter, rejected, rejectedHere: rejected, message };
  } finally {
    body.release();
  }
}

/**
 * Spans and metric points are not kept where no store for them is given. Partial success is OTLP's way to say so without making senders retry or
 * report an outage; the key is checked and the body read, so that a mistake in either shows.
 */
async function declineItems(deps: EdgeDeps, exchange: Exchange, declined: Items): Promise<Refused | undefined> {
  const { request, context, format } = exchange;
  await authenticateRequest(request, context, deps.authenticateBearer);
  const body = await readBody(request, OTLP_BODY, deps);
  try {
    const count = format === 'json' ? countJsonItems : countProtobufItems;
    const rejected = count(body.bytes, declined.path);
    if (rejected === 0) return undefined;
    const message = `${declined.what} are not kept by this server: ${rejected} were refused; send logs to /v1/logs`;
    return { counter: declined.counter, rejected, rejectedHere: rejected, message };
  } finally {
    body.release();
  }
}
