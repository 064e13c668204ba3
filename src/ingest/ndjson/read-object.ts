import type { IncomingLog } from '../../logs/index.ts';
import {
  type Attributes,
  addBoolean,
  addNumber,
  addString,
  BODY_TOO_LONG,
  booleansOf,
  isBodyTooLong,
  joinName,
  numbersOf,
  refuse,
  startAttributes,
  stringsOf,
  TOO_DEEP,
} from '../attributes.ts';
import { readHexId } from '../hex-id.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { isInside, type TimeWindow } from '../record-time.ts';
import { severityNumberOf, severityOfLevel } from '../severity.ts';
import { parseTimeNs } from './parse-time.ts';

/** One JSON object of unknown fields. */
export type LineObject = Readonly<Record<string, unknown>>;

export type LineResult =
  | { readonly type: 'record'; readonly record: IncomingLog }
  | { readonly type: 'refused'; readonly reason: string };

const MESSAGE_FIELDS = ['message', 'msg', 'log', 'body'] as const;
const TIME_FIELDS = ['time', 'timestamp', 'ts', '@timestamp'] as const;
const LEVEL_FIELDS = ['level', 'severity'] as const;
const TRACE_FIELDS = ['trace_id', 'traceId'] as const;
const SPAN_FIELDS = ['span_id', 'spanId'] as const;

/**
 * A JSON object as a record. An object with a message becomes that message plus attributes; one without becomes a
 * record whose body is the whole line, because its fields can be asked for inside the body.
 */
export function readObject(
  object: LineObject,
  line: string,
  when: { readonly window: TimeWindow; readonly receivedNs: bigint },
): LineResult {
  const taken = new Set<string>();
  const time = pick(object, TIME_FIELDS);
  const timeNs = time === undefined ? when.receivedNs : parseTimeNs(time.value);
  if (timeNs === undefined) return { type: 'refused', reason: `its field ${time?.name} is not a time` };
  if (!isInside(timeNs, when.window)) {
    return { type: 'refused', reason: `its field ${time?.name} is before 1970 or more than a day in the future` };
  }
  if (time !== undefined) taken.add(time.name);
  const message = pick(object, MESSAGE_FIELDS);
  const level = readLevel(pick(object, LEVEL_FIELDS), taken);
  const service = takeText(pick(object, ['service']), taken);
  const traceId = takeId(pick(object, TRACE_FIELDS), 32, taken);
  const spanId = takeId(pick(object, SPAN_FIELDS), 16, taken);
  const attributes = startAttributes();
  if (message !== undefined) {
    taken.add(message.name);
    flattenRest(object, taken, attributes);
  }
  const body = message === undefined ? line : textOf(message.value, attributes);
  if (isBodyTooLong(body)) return { type: 'refused', reason: BODY_TOO_LONG };
  if (attributes.refusal !== undefined) return { type: 'refused', reason: attributes.refusal };
  return { type: 'record', record: build({ timeNs, body, ...level, service, traceId, spanId }, attributes) };
}

type Parts = Pick<
  Required<IncomingLog>,
  'timeNs' | 'body' | 'severityNumber' | 'severityText' | 'service' | 'traceId' | 'spanId'
>;

const build = (parts: Parts, attributes: Attributes): IncomingLog => ({
  ...parts,
  attributesString: stringsOf(attributes),
  attributesNumber: numbersOf(attributes),
  attributesBool: booleansOf(attributes),
});

interface Picked {
  readonly name: string;
  readonly value: unknown;
}

/** The first of the fields that is there; null counts as absent. */
function pick(object: LineObject, names: readonly string[]): Picked | undefined {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value !== undefined && value !== null) return { name, value };
  }
  return undefined;
}

function readLevel(
  level: Picked | undefined,
  taken: Set<string>,
): { readonly severityNumber: number; readonly severityText: string } {
  if (level === undefined) return { severityNumber: 0, severityText: '' };
  if (typeof level.value === 'number') {
    taken.add(level.name);
    return { severityNumber: severityOfLevel(level.value), severityText: String(level.value) };
  }
  if (typeof level.value !== 'string') return { severityNumber: 0, severityText: '' };
  taken.add(level.name);
  return { severityNumber: severityNumberOf(level.value), severityText: level.value };
}

/** Text is taken as the field; anything else stays an attribute. */
function takeText(picked: Picked | undefined, taken: Set<string>): string {
  if (picked === undefined || typeof picked.value !== 'string') return '';
  taken.add(picked.name);
  return picked.value;
}

function takeId(picked: Picked | undefined, length: 32 | 16, taken: Set<string>): string {
  const id = typeof picked?.value === 'string' ? readHexId(picked.value, length) : '';
  if (picked !== undefined && id !== '') taken.add(picked.name);
  return id;
}

function flattenRest(object: LineObject, taken: ReadonlySet<string>, attributes: Attributes): void {
  for (const name of Object.keys(object)) {
    if (!taken.has(name)) flatten(object[name], { attributes, name, depth: 0 });
  }
}

function flatten(
  value: unknown,
  to: { readonly attributes: Attributes; readonly name: string; readonly depth: number },
): void {
  const { attributes, name, depth } = to;
  if (attributes.refusal !== undefined) return;
  if (typeof value === 'string') addString(attributes, name, value);
  else if (typeof value === 'number') addNumber(attributes, name, value);
  else if (typeof value === 'boolean') addBoolean(attributes, name, value);
  else if (value === null || value === undefined) addString(attributes, name, '');
  else if (depth >= INGEST_LIMITS.valueDepthMax) refuse(attributes, TOO_DEEP);
  else if (Array.isArray(value)) addString(attributes, name, jsonText(value, attributes));
  else {
    for (const [inner, item] of Object.entries(value)) {
      flatten(item, { attributes, name: joinName(name, inner), depth: depth + 1 });
    }
  }
}

const textOf = (value: unknown, attributes: Attributes): string =>
  typeof value === 'string' ? value : jsonText(value, attributes);

/** Arrays and objects inside them are kept as JSON; nesting so deep that the engine cannot write it is refused. */
function jsonText(value: unknown, attributes: Attributes): string {
  try {
    return JSON.stringify(value);
  } catch {
    refuse(attributes, TOO_DEEP);
    return '';
  }
}
