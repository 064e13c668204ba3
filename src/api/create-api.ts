import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Access, Session } from '../access/index.ts';
import type { Backup } from '../backup/index.ts';
import { type Clock, Failure, type Log } from '../base/index.ts';
import type { Evidence } from '../evidence/index.ts';
import type { Logs } from '../logs/index.ts';
import type { AlarmService, Collectors, MetricStore, TraceStore } from '../metrics/index.ts';
import type { Notify } from '../notify/index.ts';
import type { Workbooks } from '../workbooks/index.ts';
import { addAccessRoutes } from './access-routes.ts';
import { addBackupRoutes } from './backup-routes.ts';
import { addCollectorRoutes } from './collector-routes.ts';
import type { FailureBody } from './contract.ts';
import { addErrorTrackingRoutes, type ErrorTrackingDeps } from './error-tracking-routes.ts';
import { API_FAILURES } from './failures.ts';
import { API_LIMITS } from './limits.ts';
import { addLogRoutes } from './log-routes.ts';
import { addMetricsRoutes } from './metrics-routes.ts';
import { addNotifyRoutes } from './notify-routes.ts';
import { addQueryRoutes } from './query-routes.ts';
import type { ApiApp, ApiEnv } from './route.ts';
import { addSessionRoutes, SESSION_COOKIE } from './session-routes.ts';
import { addSystemRoutes, type SystemRouteDeps } from './system-routes.ts';
import { addTraceRoutes } from './trace-routes.ts';
import { addTrustRoutes } from './trust-routes.ts';
import { addVaultRoutes } from './vault-routes.ts';
import type { VaultView } from './vault-status.ts';
import { addWorkbookRoutes } from './workbook-routes.ts';

export interface ApiDeps extends SystemRouteDeps {
  readonly access: Access;
  readonly logs: Logs;
  readonly evidence: Evidence;
  readonly workbooks: Workbooks;
  readonly vaultView: VaultView;
  readonly notify: Notify;
  readonly backup: Backup;
  readonly metricStore: MetricStore;
  readonly alarms: AlarmService;
  readonly traces: TraceStore;
  readonly collectors: Collectors;
  readonly errorTracking: ErrorTrackingDeps;
  readonly version: string;
  /** True when people reach this server by https: cookies are Secure then. */
  readonly isHttps: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ApiCall {
  readonly requestId: string;
  readonly sourceIp: string;
}

export type ApiHandler = (request: IncomingMessage, response: ServerResponse, call: ApiCall) => Promise<void>;

const BASE = '/api/v1';

/** Makes the handler of everything under /api/v1. */
export function createApi(deps: ApiDeps): ApiHandler {
  const app: ApiApp = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const at = issue === undefined || issue.path.length === 0 ? 'the request' : issue.path.join('.');
      throw new Failure(API_FAILURES.bodyInvalid, { problem: `${at}: ${issue?.message ?? 'is not valid'}` });
    },
  });
  const sessions = new WeakMap<Context<ApiEnv>, Session>();
  addMiddleware(app, deps, sessions);
  const sessionOf = (context: Context<ApiEnv>): Session => {
    const session = sessions.get(context);
    if (session === undefined) throw new Failure(API_FAILURES.unauthenticated);
    return session;
  };
  addSessionRoutes(app, { access: deps.access, isHttps: deps.isHttps, sessionOf });
  addTrustRoutes(app, deps);
  addQueryRoutes(app, deps.logs);
  addLogRoutes(app, deps.logs);
  addAccessRoutes(app, deps.access);
  addSystemRoutes(app, deps);
  addWorkbookRoutes(app, deps.workbooks);
  addVaultRoutes(app, deps);
  addNotifyRoutes(app, deps.notify);
  addBackupRoutes(app, deps.backup);
  addMetricsRoutes(app, deps);
  addTraceRoutes(app, deps);
  addCollectorRoutes(app, deps);
  addErrorTrackingRoutes(app, deps.errorTracking);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version: deps.version },
    servers: [{ url: BASE }],
    security: [{ bearer: [] }, { session: [] }],
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
  });
  const root = new OpenAPIHono<ApiEnv>();
  root.route(BASE, app);
  addFailureAnswers(root, deps.log);
  const listener = getRequestListener((request, env) => root.fetch(request, env), { overrideGlobalObjects: false });
  return async (request, response, call) => {
    calls.set(request, call);
    await listener(request, response);
  };
}

/** What the HTTP server found out about a request, by the request: Hono's bindings carry the request itself. */
const calls = new WeakMap<IncomingMessage, ApiCall>();
const callOf = (context: Context<ApiEnv>): ApiCall => {
  const { incoming } = context.env as unknown as { readonly incoming: IncomingMessage };
  return calls.get(incoming) ?? { requestId: '', sourceIp: 'unknown' };
};

function addMiddleware(app: ApiApp, deps: ApiDeps, sessions: WeakMap<Context<ApiEnv>, Session>): void {
  app.use('*', async (context, next) => {
    const { requestId, sourceIp } = callOf(context);
    context.set('requestId', requestId);
    context.set('sourceIp', sourceIp);
    context.set('userAgent', context.req.header('user-agent') ?? '');
    await next();
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  app.use('*', async (context, next) => {
    if (!isCommit(context)) refuseLargeBody(context);
    await next();
  });
  app.use('*', async (context, next) => {
    const isOpen =
      context.req.path === `${BASE}/openapi.json` ||
      (context.req.path === `${BASE}/session` && context.req.method === 'POST');
    if (!isOpen) await authenticate(context, deps.access, sessions);
    await next();
  });
}

/** Bodies of the JSON API are small and say their length; what comes in pieces of unknown length is refused. */
function refuseLargeBody(context: Context<ApiEnv>): void {
  const length = context.req.header('content-length');
  if (length === undefined && context.req.header('transfer-encoding') !== undefined) {
    throw new Failure(API_FAILURES.bodyInvalid, { problem: 'the body has no Content-Length' });
  }
  const max = API_LIMITS.bodyBytesMax;
  if (Number(length ?? 0) > max) throw new Failure(API_FAILURES.bodyTooLarge, { max });
}

/** The body of a commit is a file, which streams past this limit to the vault's own. */
const isCommit = (context: Context<ApiEnv>): boolean =>
  context.req.method === 'POST' && /\/workbooks\/[^/]+\/versions$/.test(context.req.path);

async function authenticate(
  context: Context<ApiEnv>,
  access: Access,
  sessions: WeakMap<Context<ApiEnv>, Session>,
): Promise<void> {
  const origin = { sourceIp: context.get('sourceIp'), userAgent: context.get('userAgent') };
  const bearer = /^Bearer\s+(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    context.set('actor', await access.authenticateBearer(bearer, origin));
    return;
  }
  const token = getCookie(context, SESSION_COOKIE);
  if (token === undefined) throw new Failure(API_FAILURES.unauthenticated);
  const changes = context.req.method !== 'GET' && context.req.method !== 'HEAD';
  const csrf = changes
    ? ({ type: 'token', value: context.req.header('x-holdfast-csrf') } as const)
    : ({ type: 'not-needed' } as const);
  const { actor, session } = await access.authenticateSession({ ...origin, token, csrf });
  context.set('actor', actor);
  sessions.set(context, session);
}

/** Every failure in the one shape of the contract. What is not registered is logged and told without its details. */
function addFailureAnswers(app: ApiApp, log: Log): void {
  const answer = (failure: Failure, context: Context<ApiEnv>): Response => {
    const body: FailureBody = {
      error: {
        code: failure.code,
        message: failure.message,
        hint: failure.hint,
        requestId: callOf(context).requestId,
        details: { ...failure.details },
        ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
      },
    };
    const headers = failure.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(failure.retryAfterSeconds) };
    return context.json(body, failure.status as 400, { 'Cache-Control': 'no-store', ...headers });
  };
  app.notFound((context) =>
    answer(new Failure(API_FAILURES.pathUnknown, { method: context.req.method, path: context.req.path }), context),
  );
  app.onError((error, context) => {
    if (error instanceof Failure) return answer(error, context);
    if ('status' in error && error.status === 400) {
      return answer(new Failure(API_FAILURES.bodyInvalid, { problem: error.message }), context);
    }
    log.error({ err: error, requestId: callOf(context).requestId, path: context.req.path }, 'a request failed inside');
    return answer(new Failure(API_FAILURES.internal), context);
  });
}
