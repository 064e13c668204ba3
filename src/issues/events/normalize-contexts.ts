import type { JsonObject, JsonValue } from '../types.ts';
import type { ClientFacts } from './derive-client.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { isObject, put, textOf } from './reading.ts';

type Contexts = Readonly<Record<string, JsonObject>>;

/** Sent contexts, and what the user agent adds to them. A context that is no object is kept as `{ value }`. */
export function normalizeContexts(value: unknown, client: ClientFacts, mask: EventMask): Contexts {
  const contexts: Record<string, JsonObject> = {};
  const sent = isObject(value) ? Object.entries(value) : [];
  if (sent.length > LIMITS.contextsMax) mask.remark('contexts', `${LIMITS.contextsMax} of ${sent.length} kept`);
  for (const [name, context] of sent.slice(0, LIMITS.contextsMax)) {
    if (context === null || context === undefined) continue;
    const key = mask.text(name, LIMITS.nameLengthMax);
    const options = { field: `contexts.${key}`, bytesMax: LIMITS.contextBytesMax, name };
    put(contexts, key, mask.object(isObject(context) ? context : { value: context }, options));
  }
  addClient(contexts, client);
  return contexts;
}

/** A browser says in its user agent what other SDKs say in contexts; what was sent stays. */
function addClient(contexts: Record<string, JsonObject>, client: ClientFacts): void {
  if (client.browser !== undefined) contexts.browser ??= { ...client.browser, type: 'browser' };
  // Of a server that serves browsers, the system of the visitor is not its own.
  const os = contexts.os === undefined ? 'os' : 'client_os';
  if (client.os !== undefined && contexts.client_os === undefined) contexts[os] ??= { ...client.os, type: 'os' };
  if (client.device !== undefined) contexts.device ??= { ...client.device, type: 'device' };
}

/** Ids of the trace, when they have the shape of ids. */
export function traceOf(value: unknown): { readonly traceId: string; readonly spanId: string } {
  const trace = isObject(value) && isObject(value.trace) ? value.trace : {};
  return { traceId: hexOf(trace.trace_id, TRACE_ID), spanId: hexOf(trace.span_id, SPAN_ID) };
}

const TRACE_ID = /^[\da-f]{32}$/;
const SPAN_ID = /^[\da-f]{16}$/;

function hexOf(value: JsonValue | undefined, shape: RegExp): string {
  const hex = textOf(value).toLowerCase().replaceAll('-', '');
  return shape.test(hex) ? hex : '';
}
