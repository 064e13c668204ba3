import type { LogRow } from '../../src/telemetry/index.ts';

/** 2026-03-01T12:00:00Z. */
export const NOON_NS = 1_772_366_400_000_000_000n;
export const DAY_NS = 86_400_000_000_000n;

let made = 0;

/** A row with every field set to something plain; `change` says what matters to the test. */
export function row(change: Partial<LogRow> = {}): LogRow {
  made += 1;
  return {
    timeNs: NOON_NS + BigInt(made),
    ingestTimeMs: 1_772_366_400_123,
    logGroup: '/app/test',
    logStream: 'one',
    eventId: `e${String(made).padStart(12, '0')}`,
    service: 'test',
    severityNumber: 9,
    severityText: 'INFO',
    body: `body of row ${made}`,
    traceId: '',
    spanId: '',
    traceFlags: 0,
    scopeName: '',
    scopeVersion: '',
    eventName: '',
    resource: {},
    attributesString: {},
    attributesNumber: {},
    attributesBool: {},
    retentionDays: 30,
    storageClass: 'standard',
    ...change,
  };
}

export const rows = (count: number, change: Partial<LogRow> = {}): LogRow[] =>
  Array.from({ length: count }, () => row(change));
