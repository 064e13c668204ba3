import type { Clock } from '../../base/index.ts';
import { startAttributes } from '../attributes.ts';
import { readHexId } from '../hex-id.ts';
import { SLICE_MASK, startTimeSlice } from '../time-slice.ts';
import { plainText } from './any-value.ts';
import { readAttributes, readPlain } from './any-value-json.ts';
import { type Gathering, type RecordDraft, startRecord } from './gathering.ts';
import {
  integerOf,
  type JsonObject,
  listOf,
  malformedJson,
  numberOf,
  objectOf,
  parseJson,
  textOf,
} from './json-fields.ts';

/**
 * Decodes the JSON form of an ExportLogsServiceRequest (OTLP specification, "JSON Protobuf Encoding": ids in hex,
 * lower camel case, unknown fields ignored) into `gathering`. Throws `ingest.request-malformed`.
 */
export async function decodeLogsJson(bytes: Buffer, gathering: Gathering, clock: Clock): Promise<void> {
  const root = objectOf(parseJson(bytes.toString('utf8')), 'the request');
  const slice = startTimeSlice(clock);
  let count = 0;
  for (const resourceItem of listOf(root, 'resourceLogs')) {
    const resourceLogs = objectOf(resourceItem, 'an item of resourceLogs');
    const attributes = startAttributes();
    const resource = optionalObject(resourceLogs, 'resource');
    readAttributes(listOf(resource, 'attributes'), { attributes, prefix: '', depth: 0 });
    gathering.beginResource(attributes);
    for (const scopeItem of listOf(resourceLogs, 'scopeLogs')) {
      const scopeLogs = objectOf(scopeItem, 'an item of scopeLogs');
      beginScope(optionalObject(scopeLogs, 'scope'), gathering);
      for (const recordItem of listOf(scopeLogs, 'logRecords')) {
        gathering.add(readRecord(objectOf(recordItem, 'an item of logRecords')));
        count += 1;
        if ((count & SLICE_MASK) === 0 && slice.due()) await slice.rest();
      }
    }
  }
}

export function optionalObject(parent: JsonObject, name: string): JsonObject {
  const value = parent[name];
  return value === undefined || value === null ? {} : objectOf(value, name);
}

function beginScope(scope: JsonObject, gathering: Gathering): void {
  const attributes = startAttributes();
  readAttributes(listOf(scope, 'attributes'), { attributes, prefix: 'scope', depth: 0 });
  gathering.beginScope({ name: textOf(scope, 'name'), version: textOf(scope, 'version'), attributes });
}

function readRecord(item: JsonObject): RecordDraft {
  const record = startRecord();
  const { attributes } = record;
  record.timeNs = integerOf(item, 'timeUnixNano');
  record.observedNs = integerOf(item, 'observedTimeUnixNano');
  record.severityNumber = readSeverity(item);
  record.severityText = textOf(item, 'severityText');
  record.body = plainText(readPlain(item.body, { attributes, depth: 0 }));
  readAttributes(listOf(item, 'attributes'), { attributes, prefix: '', depth: 0 });
  record.traceFlags = numberOf(item, 'flags');
  record.traceId = readHexId(textOf(item, 'traceId'), 32);
  record.spanId = readHexId(textOf(item, 'spanId'), 16);
  record.eventName = textOf(item, 'eventName');
  return record;
}

const SEVERITY_LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const SEVERITY_NAME = /^SEVERITY_NUMBER_([A-Z]+?)([2-4]?)$/;

/** The number, or the enumeration's name: `SEVERITY_NUMBER_WARN3` is 15. */
function readSeverity(item: JsonObject): number {
  const value = item.severityNumber;
  if (typeof value !== 'string' || /^\d+$/.test(value)) return numberOf(item, 'severityNumber');
  const found = SEVERITY_NAME.exec(value);
  const level = SEVERITY_LEVELS.indexOf(found?.[1] ?? '');
  if (level >= 0) return level * 4 + Number(found?.[2] || '1');
  if (value === 'SEVERITY_NUMBER_UNSPECIFIED') return 0;
  throw malformedJson('severityNumber is not a severity');
}
