import type { QueryWords } from '../src/api/types.ts';

export const FAKE_WORDS: QueryWords = {
  commands: [
    { name: 'fields', help: 'Shows fields and computes new ones.', example: 'fields @timestamp, status' },
    { name: 'display', help: 'Shows exactly these fields.', example: 'display @message' },
    { name: 'filter', help: 'Keeps the records for which the condition is true.', example: 'filter status >= 500' },
    { name: 'parse', help: 'Extracts fields from text.', example: 'parse @message "user=*" as user' },
    { name: 'stats', help: 'Aggregates.', example: 'stats count(*) by bin(5m)' },
    { name: 'sort', help: 'Orders the results.', example: 'sort @timestamp desc' },
    { name: 'limit', help: 'Returns at most this many results.', example: 'limit 20' },
    { name: 'dedup', help: 'Keeps the first record for each value.', example: 'dedup service' },
  ],
  functions: [
    { name: 'count', signature: 'count(*)', help: 'Number of records.' },
    { name: 'avg', signature: 'avg(field)', help: 'Mean of the values.' },
    { name: 'pct', signature: 'pct(field, percentile)', help: 'Percentile of the values.' },
    { name: 'bin', signature: 'bin(period)', help: 'Start of the period that the record falls into.' },
    { name: 'strlen', signature: 'strlen(text)', help: 'Length of the text.' },
  ],
  fields: [
    { name: '@timestamp', type: 'time' },
    { name: '@message', type: 'string' },
    { name: '@log', type: 'string' },
    { name: '@logStream', type: 'string' },
    { name: 'service', type: 'string' },
    { name: 'severityText', type: 'string' },
    { name: 'status', type: 'number' },
    { name: 'path', type: 'string' },
    { name: 'durationMs', type: 'number' },
    { name: 'region', type: 'string' },
  ],
};
