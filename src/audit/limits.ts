import { defineLimits } from '../base/index.ts';

const KIB = 1024;

export const AUDIT_LIMITS = defineLimits('audit', {
  pendingMax: { value: 10_000, unit: 'count', reason: 'records in memory wait for the store; each has a caller' },
  batchMax: { value: 500, unit: 'count', reason: 'one insert of this size takes a few milliseconds' },
  requestParametersBytes: { value: 100 * KIB, unit: 'bytes', reason: "CloudTrail's own limit for the field" },
  responseElementsBytes: { value: 100 * KIB, unit: 'bytes', reason: "CloudTrail's own limit for the field" },
  textChars: { value: 1024, unit: 'count', reason: "CloudTrail's limit for userAgent, errorCode and errorMessage" },
  nameChars: { value: 512, unit: 'count', reason: 'names are looked up by an index, whose entries are bounded' },
  resourcesMax: { value: 100, unit: 'count', reason: 'a query may name at most 50 log groups' },
  countFlushMs: { value: 60_000, unit: 'ms', reason: 'writes of telemetry are summed up by the minute' },
  countKeysMax: { value: 5000, unit: 'count', reason: 'sums in memory; past it they are written at once' },
  lookupDefault: { value: 50, unit: 'count', reason: "CloudTrail's LookupEvents answers as many" },
  lookupMax: { value: 200, unit: 'count', reason: 'a page of full-size records is 40 MB' },
});
