import type { StoredLogRecord } from '../../../logs/index.ts';
import { defineOperation } from '../operation.ts';
import { flag, members, required, text } from '../shape.ts';

const input = members({ logRecordPointer: required(text({ min: 1, max: 4096 })), unmask: flag() });

export const getLogRecord = defineOperation('GetLogRecord', input, async ({ logs }, { actor }, request) => {
  const record = await logs.events.record(actor, request.logRecordPointer);
  return { logRecord: fieldsOf(record) };
});

/** By the names that queries use. Fields of the body first, so that none of them can pass for one that Holdfast adds. */
function fieldsOf(record: StoredLogRecord): Readonly<Record<string, string>> {
  const fields = new Map<string, string>(bodyFields(record.body));
  const add = (name: string, value: string): void => void (value !== '' && fields.set(name, value));
  for (const [name, value] of Object.entries(record.resource)) add(`resource.${name}`, value);
  for (const [name, value] of Object.entries(record.attributes)) add(name, String(value));
  add('service', record.service);
  add('severityText', record.severityText);
  add('severityNumber', record.severityNumber === 0 ? '' : String(record.severityNumber));
  add('traceId', record.traceId);
  add('spanId', record.spanId);
  add('scopeName', record.scopeName);
  add('eventName', record.eventName);
  add('@timestamp', String(record.timeNs / 1_000_000n));
  add('@ingestionTime', String(record.ingestTimeMs));
  add('@message', record.body);
  add('@logStream', record.logStream);
  add('@log', record.logGroup);
  add('@ptr', record.ptr);
  return Object.fromEntries(fields);
}

/** A JSON object's leaves, named with dots, as Logs Insights discovers them; nothing for other text. */
function bodyFields(body: string): (readonly [string, string])[] {
  if (!body.startsWith('{')) return [];
  try {
    return leaves('', JSON.parse(body), 0);
  } catch {
    // Text that only looks like JSON has no fields.
    return [];
  }
}

const DEPTH_MAX = 32;

function leaves(name: string, value: unknown, depth: number): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  if (depth >= DEPTH_MAX) return [[name, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, item]) => leaves(name === '' ? key : `${name}.${key}`, item, depth + 1));
}
