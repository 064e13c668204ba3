import type { IncomingMessage, ServerResponse } from 'node:http';
import { clip, Failure, isFailure } from '../../base/index.ts';
import { authenticateRequest, type EdgeContext, type HttpEdge, sendAnswer } from '../../ingest/index.ts';
import type { SentryAnswer, SentryApiDeps, SentryRoute } from './calls.ts';
import { SENTRY_API_FAILURES } from './failures.ts';
import { ISSUE_ROUTES } from './issue-routes.ts';
import { ORGANIZATION_ROUTES } from './organization-routes.ts';
import { ORGANIZATION } from './read-call.ts';
import { REFUSED_ROUTES } from './refused-routes.ts';
import { RELEASE_ROUTES } from './release-routes.ts';

const PREFIX = '/api/0';
export const SENTRY_API_PROTOCOL = 'sentry-api';

const ROUTES: readonly SentryRoute[] = [...ORGANIZATION_ROUTES, ...RELEASE_ROUTES, ...ISSUE_ROUTES, ...REFUSED_ROUTES];

/** The part of Sentry's web API that sentry-cli 3 and the bundler plugins call; docs/sentry-compatibility.md. */
export function createSentryApiEdge(deps: SentryApiDeps): HttpEdge {
  return {
    protocol: SENTRY_API_PROTOCOL,
    matches: (_request, url) => url.pathname === PREFIX || url.pathname.startsWith(`${PREFIX}/`),
    handle: async (request, response, context) => {
      let answer: SentryAnswer;
      try {
        answer = await serve(deps, request, context);
      } catch (error) {
        answer = refusal(deps, context, error);
      }
      await send(deps, { request, response, context }, answer);
    },
  };
}

async function serve(deps: SentryApiDeps, request: IncomingMessage, context: EdgeContext): Promise<SentryAnswer> {
  const actor = await authenticateRequest(request, context, deps.authenticateBearer);
  const { pathname, searchParams } = context.url;
  const found = findRoute(request.method ?? 'GET', pathname);
  if (found === undefined) throw new Failure(SENTRY_API_FAILURES.notFound, { path: clip(pathname, 200) });
  const organization = found.params.get('organization') ?? ORGANIZATION;
  if (organization !== ORGANIZATION) {
    throw new Failure(SENTRY_API_FAILURES.organizationNotFound, { organization: clip(organization, 80) });
  }
  return found.route.handle({
    deps,
    actor,
    request,
    context,
    query: searchParams,
    param: (name) => found.params.get(name) ?? '',
    baseUrl: (deps.publicUrl ?? `http://${request.headers.host ?? 'localhost'}`).replace(/\/+$/, ''),
  });
}

interface FoundRoute {
  readonly route: SentryRoute;
  readonly params: ReadonlyMap<string, string>;
}

/** Parts are compared before they are decoded, so that a version may hold what a path may not. */
export function findRoute(method: string, pathname: string): FoundRoute | undefined {
  const parts = partsOf(pathname.slice(PREFIX.length));
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const params = matchParts(partsOf(route.path), parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

const partsOf = (path: string): readonly string[] => path.split('/').filter((part) => part !== '');

function matchParts(wanted: readonly string[], given: readonly string[]): ReadonlyMap<string, string> | undefined {
  if (wanted.length !== given.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== value) return undefined;
    if (name !== undefined) params.set(name, decodedPart(value));
  }
  return params;
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Failures in Sentry's form; sentry-cli prints `detail`. */
function refusal(deps: SentryApiDeps, context: EdgeContext, error: unknown): SentryAnswer {
  const { requestId } = context;
  if (!isFailure(error)) {
    deps.log.error({ requestId, err: error }, 'a call of the Sentry API failed');
    return refusal(deps, context, new Failure(SENTRY_API_FAILURES.internal, { requestId }));
  }
  deps.log.debug({ requestId, code: error.code }, 'a call of the Sentry API was refused');
  const after = error.retryAfterSeconds;
  return {
    status: error.status,
    body: { detail: `${error.message}; ${error.hint}`, code: error.code },
    ...(after === undefined ? {} : { headers: { 'retry-after': String(after) } }),
  };
}

async function send(
  deps: SentryApiDeps,
  { request, response, context }: { request: IncomingMessage; response: ServerResponse; context: EdgeContext },
  { status, body, headers }: SentryAnswer,
): Promise<void> {
  try {
    await sendAnswer(
      { request, response, clock: deps.clock },
      {
        status,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
        body: body === undefined ? '' : JSON.stringify(body),
      },
    );
  } catch (error) {
    deps.log.debug({ requestId: context.requestId, err: error }, 'an answer could not be sent');
    response.destroy();
  }
}
