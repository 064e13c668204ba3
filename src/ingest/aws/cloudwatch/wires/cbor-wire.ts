import { decode, encode, Token, Tokenizer, Type, type TypeEncoder } from 'cborg';
import { Failure } from '../../../../base/index.ts';
import { CLOUDWATCH_FAILURES } from '../failures.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import { type Shape, shapeOf } from '../model/shapes.ts';
import { EpochTime, PLAIN_TREE } from './plain-tree.ts';
import { TARGET_PREFIX, type Wire } from './wire.ts';

const PATH = new RegExp(`^/service/${TARGET_PREFIX}/operation/([A-Za-z0-9]{1,64})$`);
const CONTENT_TYPE = 'application/cbor';
const PROTOCOL = { 'smithy-protocol': 'rpc-v2-cbor' } as const;

/** Smithy RPC v2 CBOR (smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html). */
export const CBOR_WIRE: Wire = {
  name: 'cbor',
  matches: (request, url) => request.method === 'POST' && PATH.test(url.pathname),
  operationOf: (_request, url) => PATH.exec(url.pathname)?.[1],
  read: (request, url, bytes) => {
    if (request.headers['smithy-protocol'] !== PROTOCOL['smithy-protocol']) {
      throw malformed('the header smithy-protocol is not rpc-v2-cbor');
    }
    return { operation: PATH.exec(url.pathname)?.[1] ?? '', root: decodeCbor(bytes), tree: PLAIN_TREE };
  },
  write: ({ output, value }) =>
    output === undefined
      ? { headers: PROTOCOL, body: new Uint8Array(0) }
      : { headers: { ...PROTOCOL, 'content-type': CONTENT_TYPE }, body: encodeCbor(output, value) },
  writeError: (error) => ({
    headers: {
      ...PROTOCOL,
      'content-type': CONTENT_TYPE,
      'x-amzn-query-error': `${error.code};${error.isSender ? 'Sender' : 'Receiver'}`,
    },
    body: encode({ __type: `com.amazonaws.cloudwatch#${error.shape}`, message: error.message, ...error.members }),
  }),
};

const malformed = (reason: string, cause?: unknown): Failure =>
  new Failure(CLOUDWATCH_FAILURES.bodyMalformed, { reason }, cause === undefined ? {} : { cause });

/** Definite and indefinite lengths, times by tag 1, no other tag. Throws `cloudwatch.body-malformed`. */
export function decodeCbor(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return decode(plain, {
      tokenizer: new BoundedTokenizer(plain),
      tags: { 1: (content) => new EpochTime(secondsOf(content())) },
    });
  } catch (error) {
    throw malformed('it is not CBOR within the limits', error);
  }
}

function secondsOf(content: unknown): number {
  const seconds = typeof content === 'bigint' ? Number(content) : content;
  return typeof seconds === 'number' ? seconds : Number.NaN;
}

/**
 * Refuses nesting and amounts past the limits while the tokens are read, before the decoder recurses into them.
 * `open` holds how many items each open container still waits for; a tag waits for one, a map for two an entry.
 */
class BoundedTokenizer extends Tokenizer {
  #items = 0;
  readonly #open: number[] = [];

  override next(): Token {
    const token = super.next();
    this.#items += 1;
    if (this.#items > CLOUDWATCH_LIMITS.cborItems) throw malformed('it has too many items');
    if (Type.equals(token.type, Type.break)) this.#close();
    else if (Type.equals(token.type, Type.array)) this.#enter(Number(token.value));
    else if (Type.equals(token.type, Type.map)) this.#enter(Number(token.value) * 2);
    else if (Type.equals(token.type, Type.tag)) this.#enter(1);
    else this.#finishItem();
    return token;
  }

  #enter(items: number): void {
    if (items === 0) {
      this.#finishItem();
      return;
    }
    if (this.#open.length >= CLOUDWATCH_LIMITS.cborDepth) throw malformed('it is nested too deeply');
    this.#open.push(items);
  }

  #close(): void {
    this.#open.pop();
    this.#finishItem();
  }

  #finishItem(): void {
    for (let depth = this.#open.length - 1; depth >= 0; depth -= 1) {
      const left = (this.#open[depth] ?? 0) - 1;
      this.#open[depth] = left;
      if (left > 0) return;
      this.#open.pop();
    }
  }
}

/** Marks a number that goes out as a float even when it is whole, and a time. */
class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

const encodeMarked: TypeEncoder = (data: unknown) => {
  if (data instanceof Double) return [new Token(Type.float, data.value)];
  if (data instanceof EpochTime) return [new Token(Type.tag, 1), new Token(Type.float, data.seconds)];
  return null;
};

const encodeCbor = (shape: Shape, value: unknown): Uint8Array =>
  encode(toMarked(shape, value), { float64: true, typeEncoders: { Object: encodeMarked } });

function toMarked(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'time':
      return new EpochTime(Number(value) / 1000);
    case 'double':
      return new Double(Number(value));
    case 'list':
      return (value as readonly unknown[]).map((item) => toMarked(shape.of, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Readonly<Record<string, unknown>>).map(([key, item]) => [
          key,
          toMarked(shape.of, item),
        ]),
      );
    case 'structure': {
      const from = value as Readonly<Record<string, unknown>>;
      const out: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        if (from[name] !== undefined) out[name] = toMarked(shapeOf(member), from[name]);
      }
      return out;
    }
    default:
      return value;
  }
}
