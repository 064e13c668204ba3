import type { IncomingMessage } from 'node:http';
import type { AwsError } from '../error-names.ts';
import type { TreeReader } from '../model/read-input.ts';
import type { Shape } from '../model/shapes.ts';

/** What a wire read: the name of the operation, and its input to be looked at by the reader. */
export interface WireRequest {
  readonly operation: string;
  readonly root: unknown;
  readonly tree: TreeReader;
}

export interface WireAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One of the three forms in which the API is spoken. */
export interface Wire {
  readonly name: 'json' | 'cbor' | 'query';
  /** Looks at method, path and headers only. */
  readonly matches: (request: IncomingMessage, url: URL) => boolean;
  /** What is known of the operation before the body is read, for the words of a refusal. */
  readonly operationOf: (request: IncomingMessage, url: URL) => string | undefined;
  /** Throws `cloudwatch.body-malformed`. */
  readonly read: (request: IncomingMessage, url: URL, bytes: Buffer) => WireRequest;
  /** `output` is undefined for operations that answer nothing. */
  readonly write: (answer: {
    readonly operation: string;
    readonly output: Shape | undefined;
    readonly value: unknown;
    readonly requestId: string;
  }) => WireAnswer;
  readonly writeError: (error: AwsError, requestId: string) => WireAnswer;
}

export const NAMESPACE_URI = 'http://monitoring.amazonaws.com/doc/2010-08-01/';
export const TARGET_PREFIX = 'GraniteServiceVersion20100801';
