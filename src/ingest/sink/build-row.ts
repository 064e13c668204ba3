import type { IncomingLog, LogGroup } from '../../logs/index.ts';
import type { RedactionReport } from '../../redact/index.ts';
import type { LogRow } from '../../telemetry/index.ts';
import { readHexId } from '../hex-id.ts';
import type { Cleaner } from './clean-record.ts';

export interface RowBuilderDeps {
  readonly cleaner: Cleaner;
  readonly report: RedactionReport;
  readonly ingestTimeMs: number;
}

export interface RowPlace {
  readonly group: LogGroup;
  readonly logStream: string;
  readonly eventId: string;
}

/**
 * Builds the rows of one request as they are stored. Every text in them has passed the redactor; ids that are not
 * hex are left out. Records that share one resource object share its cleaned form, because a sender repeats the same
 * dozen attributes for thousands of records.
 */
export function createRowBuilder(deps: RowBuilderDeps): (record: IncomingLog, place: RowPlace) => LogRow {
  const { cleaner, report, ingestTimeMs } = deps;
  let seenResource: IncomingLog['resource'];
  let cleanResource: Record<string, string> = {};
  const resourceOf = (resource: IncomingLog['resource']): Record<string, string> => {
    if (resource === undefined) return {};
    if (resource !== seenResource) {
      cleanResource = cleaner.strings(resource, report);
      seenResource = resource;
    }
    return cleanResource;
  };
  const word = (text: string | undefined): string =>
    text === undefined || text === '' ? '' : cleaner.word(text, report);
  return (record, { group, logStream, eventId }) => {
    const strings = record.attributesString === undefined ? {} : cleaner.strings(record.attributesString, report);
    const numbers =
      record.attributesNumber === undefined ? undefined : cleaner.numbers(record.attributesNumber, report);
    return {
      timeNs: record.timeNs,
      ingestTimeMs,
      logGroup: group.name,
      logStream,
      eventId,
      service: word(record.service),
      severityNumber: record.severityNumber ?? 0,
      severityText: word(record.severityText),
      body: cleaner.text(record.body, report),
      traceId: readHexId(record.traceId, 32),
      spanId: readHexId(record.spanId, 16),
      traceFlags: (record.traceFlags ?? 0) & 0xff,
      scopeName: word(record.scopeName),
      scopeVersion: word(record.scopeVersion),
      eventName: word(record.eventName),
      resource: resourceOf(record.resource),
      attributesString: numbers?.masked === undefined ? strings : { ...strings, ...numbers.masked },
      attributesNumber: numbers?.numbers ?? {},
      attributesBool: record.attributesBool === undefined ? {} : cleaner.booleans(record.attributesBool, report),
      retentionDays: group.retentionDays,
      storageClass: group.storageClass,
    };
  };
}
