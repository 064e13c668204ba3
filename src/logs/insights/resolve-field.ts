import type { Segment } from './ast.ts';
import type { Parameters } from './compile-context.ts';
import { any, jsonOf, numberOfText, string, time, type Value } from './value.ts';

/** A name that stands for a column of the table, for completion and the manual. */
export interface KnownField {
  readonly name: string;
  readonly type: 'string' | 'number' | 'time';
  readonly help: string;
}

export const knownFields: readonly KnownField[] = [
  { name: '@timestamp', type: 'time', help: 'When it happened, to the millisecond.' },
  { name: '@message', type: 'string', help: 'The whole text of the event.' },
  { name: '@ingestionTime', type: 'time', help: 'When Holdfast received it.' },
  { name: '@log', type: 'string', help: 'The log group.' },
  { name: '@logStream', type: 'string', help: 'The log stream.' },
  { name: '@ptr', type: 'string', help: 'Names this one event, for GetLogRecord.' },
  { name: 'service', type: 'string', help: 'service.name of the sender; also `service.name`.' },
  { name: 'severityText', type: 'string', help: 'The severity as the sender spells it.' },
  { name: 'severityNumber', type: 'number', help: 'The severity of OpenTelemetry: 1 to 24, 17 and more are errors.' },
  { name: 'traceId', type: 'string', help: 'Trace id, 32 hex digits.' },
  { name: 'spanId', type: 'string', help: 'Span id, 16 hex digits.' },
  { name: 'scopeName', type: 'string', help: 'The instrumentation that wrote it; also `scope.name`.' },
  { name: 'scopeVersion', type: 'string', help: 'Its version; also `scope.version`.' },
  { name: 'eventName', type: 'string', help: 'The name of the kind of event; also `event.name`.' },
];

const TIMES: Readonly<Record<string, Value>> = {
  '@timestamp': { ...time('toUnixTimestamp64Milli(time)'), orderSql: 'time' },
  '@ingestionTime': { ...time('toUnixTimestamp64Milli(ingest_time)'), orderSql: 'ingest_time' },
};

/** The pointer as JavaScript would build it: base64url of a compact JSON array. */
const PTR =
  `base64URLEncode(concat('[', ${jsonOf('toString(log_group)')}, ',"', ` +
  `toString(toUnixTimestamp64Nano(time)), '",', ${jsonOf('event_id')}, ']'))`;

const TEXTS: Readonly<Record<string, Value>> = {
  '@message': { ...string('body'), isBody: true },
  '@log': string('toString(log_group)'),
  '@logStream': string('log_stream'),
  '@ptr': string(PTR),
};

/** Columns that are empty when the sender said nothing; then a field of that name in the event itself counts. */
const OPTIONAL: Readonly<Record<string, string>> = {
  service: 'service',
  'service.name': 'service',
  'resource.service.name': 'service',
  severityText: 'severity_text',
  traceId: 'trace_id',
  spanId: 'span_id',
  scopeName: 'scope_name',
  'scope.name': 'scope_name',
  scopeVersion: 'scope_version',
  'scope.version': 'scope_version',
  eventName: 'event_name',
  'event.name': 'event_name',
};

/**
 * What a name means in a stored event: a column; else an attribute (text, number, boolean); else a field inside a
 * JSON message, where the dotted path and the literal dotted key both count; else a resource attribute; else nothing.
 */
export function resolveStored(parameters: Parameters, segments: readonly Segment[], name: string): Value {
  const fixed = lookUp(TIMES, name) ?? lookUp(TEXTS, name);
  if (fixed !== undefined) return fixed;
  if (segments[0] === '@message' && segments.length > 1) return jsonPath(parameters, 'body', segments.slice(1));
  if (name === 'severityNumber') {
    const rest = dynamicField(parameters, segments);
    const numeric = `if(severity_number != 0, toFloat64(severity_number), ${rest.numberSql ?? 'NULL'})`;
    return { ...any(`if(severity_number != 0, toString(severity_number), ${rest.sql})`), numberSql: numeric };
  }
  const column = lookUp(OPTIONAL, name);
  const rest = dynamicField(parameters, segments);
  return column === undefined ? rest : any(`if(${column} != '', toString(${column}), ${rest.sql})`);
}

function lookUp<Item>(table: Readonly<Record<string, Item>>, name: string): Item | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function dynamicField(parameters: Parameters, segments: readonly Segment[]): Value {
  const key = parameters.text(segments.join('.'));
  const prefix = segments.length > 1 ? segments[0] : undefined;
  const inner = prefix === 'attributes' || prefix === 'resource' ? parameters.text(segments.slice(1).join('.')) : key;
  const keys = prefix === 'attributes' ? [inner, key] : [key];
  const found = keys.flatMap((attribute) => [
    `mapContains(attributes_string, ${attribute}), attributes_string[${attribute}]`,
    `mapContains(attributes_number, ${attribute}), toString(attributes_number[${attribute}])`,
    `mapContains(attributes_bool, ${attribute}), toString(attributes_bool[${attribute}])`,
  ]);
  if (prefix === 'resource') found.unshift(`mapContains(resource, ${inner}), resource[${inner}]`);
  const json = jsonPath(parameters, 'body', segments).sql;
  const last = `ifNull(${json}, if(mapContains(resource, ${key}), resource[${key}], NULL))`;
  const text = `multiIf(${found.join(', ')}, ${last})`;
  const numbers = keys.map(
    (attribute) => `mapContains(attributes_number, ${attribute}), attributes_number[${attribute}]`,
  );
  return { ...any(text), numberSql: `multiIf(${numbers.join(', ')}, ${numberOfText(text)})` };
}

/** A path inside a text that holds JSON. Scalars come as their text, objects and lists as JSON; null is missing. */
export function jsonPath(parameters: Parameters, source: string, segments: readonly Segment[]): Value {
  const candidates = [nestedPath(parameters, source, segments)];
  if (segments.some((segment) => typeof segment === 'string' && /^\d+$/.test(segment))) {
    candidates.push(nestedPath(parameters, source, segments.map(asPosition)));
  }
  if (segments.length > 1) candidates.push(extract(source, [parameters.text(segments.join('.'))]));
  return any(candidates.length === 1 ? (candidates[0] ?? 'NULL') : `coalesce(${candidates.join(', ')})`);
}

const asPosition = (segment: Segment): Segment =>
  typeof segment === 'string' && /^\d{1,9}$/.test(segment) ? Number(segment) : segment;

/** A position counts only in a list: the engine would also take it as the place of a member in an object. */
function nestedPath(parameters: Parameters, source: string, segments: readonly Segment[]): string {
  const steps: string[] = [];
  const guards: string[] = [];
  for (const segment of segments) {
    if (typeof segment === 'number') {
      guards.push(`JSONType(${[source, ...steps].join(', ')}) = 'Array'`);
      steps.push(String(segment + 1));
    } else steps.push(parameters.text(segment));
  }
  const path = extract(source, steps);
  return guards.length === 0 ? path : `if(${guards.join(' AND ')}, ${path}, NULL)`;
}

const extract = (source: string, steps: readonly string[]): string =>
  `JSONExtract(${[source, ...steps, "'Nullable(String)'"].join(', ')})`;
