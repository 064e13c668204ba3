import type { IncomingMessage } from 'node:http';
import type { Actor } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import type { SinkResult } from '../../logs/index.ts';
import { asFailure } from '../as-failure.ts';
import { authenticateRequest } from '../bearer.ts';
import type { EdgeDeps } from '../edge-deps.ts';
import { INGEST_FAILURES } from '../failures.ts';
import type { EdgeContext, HttpEdge } from '../http.ts';
import { type Answer, readBody, sendAnswer } from '../http-body.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { createIdempotency, type Idempotency } from './idempotency.ts';
import { type LineFormat, parseLines } from './parse-lines.ts';

export const NDJSON_PROTOCOL = 'ndjson';
export const NDJSON_PATH = '/api/v1/logs';

/** `POST /api/v1/logs?group=&stream=&onError=`: one JSON object or one line of text for each record. */
export function createNdjsonEdge(deps: EdgeDeps): HttpEdge {
  const idempotency = createIdempotency<SinkResult>(deps.clock);
  return {
    protocol: NDJSON_PROTOCOL,
    matches: (request, url) => request.method === 'POST' && url.pathname === NDJSON_PATH,
    handle: async (request, response, context) => {
      const answer = await takeLines(deps, idempotency, { request, context });
      await sendAnswer({ request, response, clock: deps.clock }, answer);
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly context: EdgeContext;
}

async function takeLines(
  deps: EdgeDeps,
  idempotency: Idempotency<SinkResult>,
  { request, context }: Exchange,
): Promise<Answer> {
  try {
    const actor = await authenticateRequest(request, context, deps.authenticateBearer);
    const target = readTarget(request, context.url);
    const body = await readBody(request, NDJSON_BODY, deps);
    try {
      const store = (): Promise<SinkResult> => storeLines(deps, { actor, target, body: body.bytes, context });
      const key = target.idempotencyKey;
      const result =
        key === undefined
          ? await store()
          : await idempotency.once(
              { scope: JSON.stringify([actor.id, context.url.search, key]), body: body.bytes },
              store,
            );
      return json(200, { accepted: result.accepted, expired: result.expired });
    } finally {
      body.release();
    }
  } catch (error) {
    const failure = asFailure(error, { log: deps.log, context });
    deps.counters.refused(NDJSON_PROTOCOL, { requests: 1, records: 0 });
    return failureAnswer(failure, context.requestId);
  }
}

const NDJSON_BODY = {
  bytesMax: INGEST_LIMITS.ndjsonBodyBytesMax,
  encodings: ['gzip', 'deflate', 'br', 'zstd'],
} as const;

interface Target {
  readonly logGroup: string;
  readonly logStream: string;
  readonly format: LineFormat;
  readonly onError: 'refuse' | 'keep';
  readonly idempotencyKey: string | undefined;
}

interface Storing {
  readonly actor: Actor;
  readonly target: Target;
  readonly body: Buffer;
  readonly context: EdgeContext;
}

async function storeLines(deps: EdgeDeps, { actor, target, body, context }: Storing): Promise<SinkResult> {
  const { format, onError, logGroup, logStream } = target;
  const records = await parseLines(body, { format, onError, receivedMs: context.receivedMs }, deps.clock);
  const batches = [{ logGroup, logStream, records }];
  return deps.sink({ actor, protocol: NDJSON_PROTOCOL, batches, bytes: body.length, createMissing: true });
}

const JSON_TYPES: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/json',
]);

function readTarget(request: IncomingMessage, url: URL): Target {
  const logGroup = url.searchParams.get('group') ?? '';
  if (logGroup === '') throw new Failure(INGEST_FAILURES.groupMissing);
  return {
    logGroup,
    logStream: url.searchParams.get('stream') || 'default',
    format: readFormat(request, url),
    onError: readOnError(url),
    idempotencyKey: readIdempotencyKey(request),
  };
}

function readFormat(request: IncomingMessage, url: URL): LineFormat {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (JSON_TYPES.has(type)) return 'json';
  if (type === 'text/plain') return 'text';
  throw new Failure(INGEST_FAILURES.contentTypeUnsupported, {
    contentType: type === '' ? '(none)' : type.slice(0, 100),
    path: url.pathname,
    accepted: 'application/x-ndjson (one JSON object a line), text/plain (one record a line)',
  });
}

function readOnError(url: URL): 'refuse' | 'keep' {
  const value = url.searchParams.get('onError') ?? 'refuse';
  if (value === 'refuse' || value === 'keep') return value;
  throw new Failure(INGEST_FAILURES.parameterInvalid, {
    parameter: 'onError',
    value: value.slice(0, 40),
    expected: 'refuse or keep',
  });
}

function readIdempotencyKey(request: IncomingMessage): string | undefined {
  const value = request.headers['idempotency-key'];
  const key = Array.isArray(value) ? value[0] : value;
  if (key === undefined || key === '') return undefined;
  if (key.length <= INGEST_LIMITS.idempotencyKeyLengthMax) return key;
  throw new Failure(INGEST_FAILURES.parameterInvalid, {
    parameter: 'Idempotency-Key',
    value: `(${key.length} characters)`,
    expected: `at most ${INGEST_LIMITS.idempotencyKeyLengthMax} characters`,
  });
}

const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

/** The body that every failure of `/api/v1` has. */
function failureAnswer(failure: Failure, requestId: string): Answer {
  const { code, message, hint, retryAfterSeconds, details, status } = failure;
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterSeconds));
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="holdfast"';
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return json(status, { error: { code, message, hint, requestId, ...retry, details } }, headers);
}
