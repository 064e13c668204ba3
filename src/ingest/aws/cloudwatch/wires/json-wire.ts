import { Failure } from '../../../../base/index.ts';
import { CLOUDWATCH_FAILURES } from '../failures.ts';
import { type Shape, shapeOf } from '../model/shapes.ts';
import { PLAIN_TREE } from './plain-tree.ts';
import { TARGET_PREFIX, type Wire } from './wire.ts';

const TARGET = new RegExp(`^${TARGET_PREFIX}\\.([A-Za-z0-9]{1,64})$`);
const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** AWS JSON 1.0: the operation in `X-Amz-Target`, the input as JSON, errors with their older name in a header. */
export const JSON_WIRE: Wire = {
  name: 'json',
  matches: (request, url) =>
    request.method === 'POST' && url.pathname === '/' && targetOf(request.headers['x-amz-target']) !== undefined,
  operationOf: (request) => targetOf(request.headers['x-amz-target']),
  read: (request, _url, bytes) => ({
    operation: targetOf(request.headers['x-amz-target']) ?? '',
    root: parseJson(bytes),
    tree: PLAIN_TREE,
  }),
  write: ({ output, value }) => ({
    headers: { 'content-type': CONTENT_TYPE },
    body: output === undefined ? '' : JSON.stringify(toJson(output, value)),
  }),
  writeError: (error) => ({
    headers: {
      'content-type': CONTENT_TYPE,
      'x-amzn-errortype': error.shape,
      // What clients that were made for the Query form compare with.
      'x-amzn-query-error': `${error.code};${error.isSender ? 'Sender' : 'Receiver'}`,
    },
    body: JSON.stringify({
      __type: `com.amazonaws.cloudwatch#${error.shape}`,
      message: error.message,
      ...error.members,
    }),
  }),
};

const targetOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? TARGET.exec(header)?.[1] : undefined;

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // The parser's own message repeats what was sent.
    throw new Failure(CLOUDWATCH_FAILURES.bodyMalformed, { reason: 'it is not JSON in UTF-8' }, { cause: error });
  }
}

function toJson(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'time':
      return Number(value) / 1000;
    case 'list':
      // Lists of scalars, which hold nearly all points, go through as they are.
      if (shape.of.type === 'double' || shape.of.type === 'text') return value;
      return (value as readonly unknown[]).map((item) => toJson(shape.of, item));
    case 'structure': {
      const from = value as Readonly<Record<string, unknown>>;
      const out: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        if (from[name] !== undefined) out[name] = toJson(shapeOf(member), from[name]);
      }
      return out;
    }
    default:
      return value;
  }
}
