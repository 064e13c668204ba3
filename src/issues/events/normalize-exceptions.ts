import type { EventException, EventThread, JsonObject, JsonValue } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { normalizeStacktrace } from './normalize-stacktrace.ts';
import { countOf, flagOf, isObject, listOf, present, textOf } from './reading.ts';

/** Exceptions as an object, a list or `{ values }`; of too many the two ends are kept. */
export function normalizeExceptions(value: unknown, mask: EventMask): readonly EventException[] {
  const sent = listOf(value).filter((item) => item !== null && item !== '');
  const half = LIMITS.exceptionsMax / 2;
  if (sent.length > LIMITS.exceptionsMax) {
    mask.remark('exception', `${LIMITS.exceptionsMax} of ${sent.length} exceptions kept, from both ends`);
  }
  const kept = sent.length > LIMITS.exceptionsMax ? [...sent.slice(0, half), ...sent.slice(-half)] : sent;
  return kept.map((item, index) => normalizeException(item, mask, `exception.${index}`)).filter(saysSomething);
}

const saysSomething = (one: EventException): boolean =>
  one.type !== '' || one.value !== '' || one.module !== '' || one.stacktrace !== undefined;

function normalizeException(item: JsonValue, mask: EventMask, field: string): EventException {
  const sent: JsonObject = isObject(item) ? item : { value: textOf(item) };
  const told = typeAndValue(textOf(sent.type), textOf(sent.value));
  const threadId = sent.thread_id;
  return {
    type: mask.text(told.type, LIMITS.nameLengthMax),
    value: mask.text(told.value, LIMITS.messageLengthMax, `${field}.value`),
    module: mask.text(textOf(sent.module), LIMITS.nameLengthMax),
    ...present('threadId', threadId === undefined || threadId === null ? undefined : shortId(threadId, mask)),
    mechanism: normalizeMechanism(sent.mechanism, mask, field),
    ...present('stacktrace', normalizeStacktrace(sent.stacktrace, mask, `${field}.stacktrace`)),
    ...present('rawStacktrace', normalizeStacktrace(sent.raw_stacktrace, mask, `${field}.raw_stacktrace`)),
  };
}

const shortId = (value: JsonValue, mask: EventMask): string => mask.text(textOf(value), LIMITS.nameLengthMax);

/** `Uncaught TypeError: x` from an SDK that found no type. */
function typeAndValue(type: string, value: string): { readonly type: string; readonly value: string } {
  if (type !== '' || value === '') return { type, value };
  const match = /^(?:Uncaught )?([A-Z]\w{0,79}(?:Error|Exception|Warning)):\s{0,8}(\S[\s\S]*)$/.exec(value);
  return { type: match?.[1] ?? '', value: match?.[2] ?? value };
}

function normalizeMechanism(value: unknown, mask: EventMask, field: string): EventException['mechanism'] {
  const sent: JsonObject = isObject(value) ? value : typeof value === 'string' ? { type: value } : {};
  const tree = (name: 'data' | 'meta'): JsonObject | undefined => {
    const inner = sent[name];
    if (!isObject(inner) || Object.keys(inner).length === 0) return undefined;
    return mask.object(inner, { field: `${field}.mechanism.${name}`, bytesMax: LIMITS.crumbBytesMax });
  };
  const source = textOf(sent.source);
  return {
    type: mask.text(textOf(sent.type), LIMITS.nameLengthMax),
    ...present('handled', flagOf(sent.handled)),
    synthetic: flagOf(sent.synthetic) ?? false,
    ...present('exceptionId', countOf(sent.exception_id ?? undefined)),
    ...present('parentId', countOf(sent.parent_id ?? undefined)),
    isExceptionGroup: flagOf(sent.is_exception_group) ?? false,
    ...present('source', source === '' ? undefined : mask.text(source, LIMITS.nameLengthMax)),
    ...present('data', tree('data')),
    ...present('meta', tree('meta')),
  };
}

/** Threads as a list or `{ values }`; of too many those that crashed or ran are kept first. */
export function normalizeThreads(value: unknown, mask: EventMask): readonly EventThread[] {
  let sent = listOf(value).filter(isObject);
  if (sent.length > LIMITS.threadsMax) {
    mask.remark('threads', `${LIMITS.threadsMax} of ${sent.length} threads kept`);
    const matters = (thread: JsonObject): boolean => flagOf(thread.crashed) === true || flagOf(thread.current) === true;
    sent = [...sent.filter(matters), ...sent.filter((thread) => !matters(thread))].slice(0, LIMITS.threadsMax);
  }
  return sent.map((thread, index) => ({
    id: shortId(thread.id ?? index, mask),
    name: mask.text(textOf(thread.name), LIMITS.nameLengthMax),
    crashed: flagOf(thread.crashed) ?? false,
    current: flagOf(thread.current) ?? false,
    ...present('stacktrace', normalizeStacktrace(thread.stacktrace, mask, `threads.${index}.stacktrace`)),
  }));
}
