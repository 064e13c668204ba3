import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure, isFailure, type Log } from '../../base/index.ts';
import type { Admission } from '../admission.ts';
import type { EdgeContext, HttpEdge } from '../http.ts';
import { type Answer, readBody, sendAnswer } from '../http-body.ts';
import { type AuthenticationDeps, openRequest } from './authenticate.ts';
import { type AwsError, awsErrorOf, INTERNAL_ERROR } from './error-names.ts';
import { AWS_FAILURES } from './failures.ts';
import { AWS_LIMITS } from './limits.ts';
import { createNames } from './names.ts';
import { type OperationParts, PROTOCOL } from './operation.ts';
import { OPERATIONS } from './operations.ts';

export interface AwsEdgeDeps extends AuthenticationDeps, OperationParts {
  readonly admission: Admission;
  readonly log: Log;
  /** Twelve digits: the account in every ARN. */
  readonly accountId: string;
  /** The region in every ARN; by default the one that the caller signed for. */
  readonly region?: string;
}

const TARGET = /^Logs_20140328\.([A-Za-z0-9]{1,64})$/;

/** What is known of a request while it is served, for the words of a refusal. */
interface Progress {
  region: string;
  caller: string | undefined;
}

/** The edge that speaks the CloudWatch Logs API: `POST /` with `X-Amz-Target: Logs_20140328.<operation>`. */
export function createAwsEdge(deps: AwsEdgeDeps): HttpEdge {
  return {
    protocol: PROTOCOL,
    matches: (request, url) => request.method === 'POST' && url.pathname === '/' && targetOf(request) !== undefined,
    handle: async (request, response, context) => {
      const operation = targetOf(request) ?? '';
      const progress: Progress = { region: deps.region ?? 'us-east-1', caller: undefined };
      try {
        const answer = await serve({ deps, request, context, operation, progress });
        await send(deps, { request, response, context }, { status: 200, body: answer });
      } catch (error) {
        await refuse(deps, { request, response, context }, { error, operation, progress });
      }
    },
  };
}

function targetOf(request: IncomingMessage): string | undefined {
  const header = request.headers['x-amz-target'];
  return typeof header === 'string' ? TARGET.exec(header)?.[1] : undefined;
}

interface Serving {
  readonly deps: AwsEdgeDeps;
  readonly request: IncomingMessage;
  readonly context: EdgeContext;
  readonly operation: string;
  readonly progress: Progress;
}

/** Resolves with the body of the answer. */
async function serve({ deps, request, context, operation, progress }: Serving): Promise<string> {
  const opened = await openRequest(request, context, deps);
  progress.region = deps.region ?? opened.region;
  const body = await readBody(request, { bytesMax: AWS_LIMITS.bodyBytes, encodings: ['gzip'] }, deps);
  try {
    const actor = await opened.verify(body);
    progress.caller = actor.name;
    const found = OPERATIONS.get(operation);
    if (found === undefined) throw new Failure(AWS_FAILURES.operationUnknown, { operation });
    const names = createNames({ accountId: deps.accountId, region: progress.region });
    const answer = await found.call(deps, { actor, names, bytes: body.bytes.length }, parseJson(body.bytes));
    return answer === undefined ? '' : JSON.stringify(answer);
  } finally {
    body.release();
  }
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // The parser's own message repeats what was sent, which may be a record with a secret in it.
    throw new Failure(AWS_FAILURES.bodyMalformed, { reason: 'it is not JSON in UTF-8' }, { cause: error });
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: EdgeContext;
}

async function refuse(
  deps: AwsEdgeDeps,
  exchange: Exchange,
  { error, operation, progress }: { readonly error: unknown; readonly operation: string; readonly progress: Progress },
): Promise<void> {
  const { requestId } = exchange.context;
  if (operation === 'PutLogEvents') deps.counters.refused(PROTOCOL, { requests: 1, records: 0 });
  const names = createNames({ accountId: deps.accountId, region: progress.region });
  const awsError: AwsError = isFailure(error)
    ? awsErrorOf({ failure: error, operation, names, caller: progress.caller })
    : INTERNAL_ERROR;
  const line = { requestId, operation, type: awsError.type, code: isFailure(error) ? error.code : undefined };
  if (awsError.status >= 500) deps.log.error({ ...line, err: error }, 'a call of the CloudWatch Logs API failed');
  else deps.log.debug(line, 'a call of the CloudWatch Logs API was refused');
  const retryAfter = isFailure(error) ? error.retryAfterSeconds : undefined;
  await send(deps, exchange, {
    status: awsError.status,
    body: JSON.stringify({ __type: awsError.type, message: awsError.message, ...awsError.members }),
    headers: {
      'x-amzn-errortype': awsError.type,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
  });
}

async function send(
  deps: AwsEdgeDeps,
  { request, response, context }: Exchange,
  answer: Omit<Answer, 'headers'> & { readonly headers?: Answer['headers'] },
): Promise<void> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': context.requestId,
    ...answer.headers,
  };
  try {
    await sendAnswer({ request, response, clock: deps.clock }, { ...answer, headers });
  } catch (error) {
    deps.log.debug({ requestId: context.requestId, err: error }, 'an answer could not be sent');
    response.destroy();
  }
}
