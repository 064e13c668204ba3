/** Span kinds and status codes of opentelemetry-proto, by what SDKs of Sentry say. */
const INTERNAL = 1;
const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;
const CONSUMER = 5;

const KINDS: ReadonlyMap<string, number> = new Map([
  ['internal', INTERNAL],
  ['server', SERVER],
  ['client', CLIENT],
  ['producer', PRODUCER],
  ['consumer', CONSUMER],
]);

/** First that fits; operations are dotted, `http.server`, `db.query`, `queue.process`. */
const BY_OPERATION: readonly (readonly [RegExp, number])[] = [
  [/^(?:http|websocket|rpc|grpc|graphql)\.server(?:\.|$)/, SERVER],
  [/^queue\.(?:process|receive|task)/, CONSUMER],
  [/^queue\.(?:publish|submit|create|send)/, PRODUCER],
  [/^(?:http|rpc|grpc|graphql|websocket)\.client(?:\.|$)/, CLIENT],
  [/^(?:db|cache|gen_ai|subprocess)(?:\.|$)/, CLIENT],
];

/** The kind that a span names, else the one that its operation means. */
export const kindOf = (kind: string, operation: string): number =>
  KINDS.get(kind.toLowerCase().replace('span_kind_', '')) ??
  BY_OPERATION.find(([pattern]) => pattern.test(operation))?.[1] ??
  INTERNAL;

/** Not failures for Sentry either. */
const UNSET: ReadonlySet<string> = new Set(['', 'unset', 'unknown', 'cancelled']);

/** Sentry's statuses are gRPC's in words; all but a few are failures. */
export function statusOf(status: string, message = ''): { readonly status: number; readonly statusMessage: string } {
  const word = status.toLowerCase();
  if (word === 'ok') return { status: 1, statusMessage: '' };
  if (UNSET.has(word)) return { status: 0, statusMessage: word === 'cancelled' ? word : '' };
  return { status: 2, statusMessage: message || (word === 'error' ? '' : status) };
}
