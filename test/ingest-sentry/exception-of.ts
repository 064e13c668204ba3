import type { Item } from './envelopes.ts';

let lastId = 0;
export const newEventId = (): string => (++lastId).toString(16).padStart(32, '0');

/** One exception of a function, as an SDK sends it. */
export function exceptionOf(
  at: string,
  over: Readonly<Record<string, unknown>> = {},
): { readonly eventId: string; readonly item: Item } {
  const eventId = typeof over.event_id === 'string' ? over.event_id : newEventId();
  const frame = { function: at, module: 'cart', filename: 'cart.js', in_app: true, lineno: 7, context_line: 'pay()' };
  const exception = { values: [{ type: 'TypeError', value: `${at} broke`, stacktrace: { frames: [frame] } }] };
  return { eventId, item: [{ type: 'event' }, { event_id: eventId, platform: 'node', exception, ...over }] };
}
