import type { IncomingMessage } from 'node:http';
import { Failure } from '../../base/index.ts';
import { newRedactionReport } from '../../redact/index.ts';
import { type Admission, createAdmission } from '../admission.ts';
import { asFailure } from '../as-failure.ts';
import type { EdgeContext, HttpEdge } from '../http.ts';
import { type Answer, type ReceivedBody, readBody, sendAnswer } from '../http-body.ts';
import { createCleaner } from '../sink/clean-record.ts';
import { failureAnswer, isPreflight, preflightAnswer } from './answer.ts';
import { answerCall } from './answer-call.ts';
import { agree, type Credentials, clientOf, readCredentials, readDsn } from './credentials.ts';
import { SENTRY_PROTOCOLS } from './deliver.ts';
import { parseEnvelopeHeader } from './envelope.ts';
import { SENTRY_FAILURES } from './failures.ts';
import { SENTRY_LIMITS } from './limits.ts';
import { isOriginAllowed } from './origins.ts';
import type { KnownSender, SentryEdgeDeps, SentryParts } from './parts.ts';
import { createRateLimits } from './rate-limits.ts';
import { routeOf, type SentryRoute } from './routes.ts';

/** What SDKs of Sentry speak to. */
export function createSentryEdge(deps: SentryEdgeDeps): HttpEdge {
  const parts: SentryParts = {
    ...deps,
    admission: deps.admission ?? createSentryAdmission(),
    cleaner: createCleaner(deps.redactor),
    rateLimits: createRateLimits(deps.clock),
  };
  return {
    protocol: SENTRY_PROTOCOLS.envelopes,
    matches: (request, url) => isOurs(request, routeOf(url.pathname)),
    handle: async (request, response, context) => {
      const route = routeOf(context.url.pathname) ?? { type: 'tunnel' };
      const answer = await answerRoute(parts, route, { request, context });
      await sendAnswer({ request, response, clock: deps.clock }, answer);
    },
  };
}

/** A page at `/tunnel` stays the console's. */
const isOurs = (request: IncomingMessage, route: SentryRoute | undefined): boolean =>
  route !== undefined && (route.type !== 'tunnel' || request.method === 'POST' || isPreflight(request));

const createSentryAdmission = (): Admission =>
  createAdmission({ bytesMax: SENTRY_LIMITS.bytesInFlightMax, measure: 'request bodies of SDKs' });

interface Exchange {
  readonly request: IncomingMessage;
  readonly context: EdgeContext;
}

async function answerRoute(parts: SentryParts, route: SentryRoute, exchange: Exchange): Promise<Answer> {
  if (isPreflight(exchange.request)) return preflightAnswer();
  try {
    const answer = await receive(parts, route, exchange);
    if (answer.status >= 400) parts.counters.refused(SENTRY_PROTOCOLS.envelopes, { requests: 1, records: 0 });
    return answer;
  } catch (error) {
    const failure = asFailure(error, { log: parts.log, context: exchange.context });
    parts.counters.refused(SENTRY_PROTOCOLS.envelopes, { requests: 1, records: 0 });
    return failureAnswer(failure);
  }
}

/** The order is the promise: the sender is known before the body is read, wherever the address or a header names it. */
async function receive(parts: SentryParts, route: SentryRoute, { request, context }: Exchange): Promise<Answer> {
  refuseMethod(request, route, context);
  const early = readCredentials(request, context.url, 'key' in route ? route.key : undefined);
  const pathProjectId = route.type === 'tunnel' ? undefined : route.projectId;
  const known = early.length === 0 ? undefined : identify(parts, early, { pathProjectId, request });
  if (known === undefined && !MAY_HOLD_DSN.has(route.type)) throw new Failure(SENTRY_FAILURES.credentialsMissing);
  const bytesMax = known === undefined ? SENTRY_LIMITS.anonymousBodyBytesMax : SENTRY_LIMITS.bodyBytesMax;
  const body = await readBody(request, { bytesMax, encodings: ENCODINGS }, parts);
  try {
    const sender = MAY_HOLD_DSN.has(route.type)
      ? identifyWith(parts, early, { body, pathProjectId, request, known })
      : known;
    if (sender === undefined) throw new Failure(SENTRY_FAILURES.credentialsMissing);
    const report = newRedactionReport();
    return await answerCall(parts, route, { sender, body, request, context, report });
  } finally {
    body.release();
  }
}

const ENCODINGS = ['gzip', 'deflate', 'br', 'zstd'] as const;
const MAY_HOLD_DSN: ReadonlySet<SentryRoute['type']> = new Set(['envelope', 'tunnel']);

function refuseMethod(request: IncomingMessage, route: SentryRoute, context: EdgeContext): void {
  const method = request.method ?? '';
  if (method === 'POST' || (method === 'GET' && route.type === 'cron')) return;
  throw new Failure(SENTRY_FAILURES.methodNotAllowed, { path: context.url.pathname, method });
}

interface Identifying {
  readonly pathProjectId: string | undefined;
  readonly request: IncomingMessage;
}

function identifyWith(
  parts: SentryParts,
  early: readonly Credentials[],
  { body, known, ...rest }: Identifying & { readonly body: ReceivedBody; readonly known: KnownSender | undefined },
): KnownSender {
  const dsn = readDsn(parseEnvelopeHeader(body.bytes));
  if (dsn === undefined && known !== undefined) return known;
  return identify(parts, dsn === undefined ? early : [...early, dsn], rest);
}

/** A wrong key and a project that does not exist are told alike. */
function identify(
  { directory }: SentryParts,
  credentials: readonly Credentials[],
  { pathProjectId, request }: Identifying,
): KnownSender {
  const { key, projectId } = agree(credentials, pathProjectId);
  const project = directory.find(projectId, key);
  const shownId = /^\d{1,20}$/.test(projectId) ? projectId : 'of that name';
  if (project === undefined) throw new Failure(SENTRY_FAILURES.rejected, { projectId: shownId });
  if (!isOriginAllowed(request.headers.origin, project.settings.allowedOrigins)) {
    throw new Failure(SENTRY_FAILURES.originRefused, { projectId: shownId });
  }
  return { project, client: clientOf(credentials) };
}
