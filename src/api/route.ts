import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Actor } from '../access/index.ts';
import { failureBody } from './contract.ts';

/** What the middleware leaves for the routes. */
export interface ApiVariables {
  readonly actor: Actor;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export interface ApiEnv {
  readonly Variables: ApiVariables;
  readonly Bindings: { readonly requestId: string; readonly sourceIp: string };
}

export type ApiApp = OpenAPIHono<ApiEnv>;

type Schema = z.ZodType;
type Given<S> = S extends Schema ? z.infer<S> : undefined;

export interface RouteSpec<Query, Body, Answer> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Under /api/v1, with `{name}` parameters. */
  readonly path: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  /** Absent for 204. */
  readonly answer?: Answer;
  /** True for the few routes that need no session or key. */
  readonly isOpen?: boolean;
}

export interface RouteCall<Query, Body> {
  readonly actor: Actor;
  readonly query: Given<Query>;
  readonly body: Given<Body>;
  readonly param: (name: string) => string;
  readonly context: Context<ApiEnv>;
}

const json = (schema: Schema, description: string) => ({ description, content: { 'application/json': { schema } } });

/**
 * Adds one route with its OpenAPI description. What the handler returns is the answer's body; undefined answers 204.
 * Failures are answered by the app's error handler.
 */
export function addRoute<
  Query extends z.ZodObject | undefined,
  Body extends Schema | undefined,
  Answer extends Schema | undefined,
>(
  app: ApiApp,
  spec: RouteSpec<Query, Body, Answer>,
  handler: (call: RouteCall<Query, Body>) => Promise<Given<Answer>>,
): void {
  const names = [...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const route = createRoute({
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    ...(spec.isOpen === true ? { security: [] } : {}),
    request: {
      ...(spec.query === undefined ? {} : { query: spec.query }),
      ...(spec.body === undefined ? {} : { body: { required: true, ...json(spec.body, 'the request') } }),
    },
    responses: {
      ...(spec.answer === undefined ? { 204: { description: 'done' } } : { 200: json(spec.answer, 'the answer') }),
      default: json(failureBody, 'a failure of the registry in docs/errors.md'),
    },
  });
  for (const name of names) {
    const described = route as { request: { params?: unknown }; parameters?: unknown[] };
    described.parameters = [
      ...(described.parameters ?? []),
      { name, in: 'path', required: true, schema: { type: 'string' } },
    ];
  }
  // The generic types of the library cannot follow a handler that is generic itself; the schemas above check at run time.
  const untyped = app as unknown as {
    openapi: (route: unknown, handler: (context: Context<ApiEnv>) => Promise<Response>) => void;
  };
  untyped.openapi(route, async (context) => {
    const request = context.req as unknown as { valid: (target: string) => unknown };
    const answer = await handler({
      actor: context.get('actor'),
      query: (spec.query === undefined ? undefined : request.valid('query')) as Given<Query>,
      body: (spec.body === undefined ? undefined : request.valid('json')) as Given<Body>,
      param: (name) => context.req.param(name) ?? '',
      context,
    });
    return answer === undefined ? context.body(null, 204) : context.json(answer as object);
  });
}
