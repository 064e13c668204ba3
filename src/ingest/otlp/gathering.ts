import { Failure } from '../../base/index.ts';
import type { IncomingLog, IncomingLogs } from '../../logs/index.ts';
import {
  type Attributes,
  addBoolean,
  addNumber,
  addString,
  BODY_TOO_LONG,
  booleansOf,
  isBodyTooLong,
  numbersOf,
  setAttribute,
  startAttributes,
  stringsOf,
} from '../attributes.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { INGEST_LIMITS } from '../limits.ts';
import type { TimeWindow } from '../record-time.ts';
import { severityNumberOf } from '../severity.ts';
import type { Destination } from './destination.ts';

/** A record as both encodings decode it. Times are 0 when the sender left them out. */
export interface RecordDraft {
  timeNs: bigint;
  observedNs: bigint;
  severityNumber: number;
  severityText: string;
  body: string;
  traceId: string;
  spanId: string;
  traceFlags: number;
  eventName: string;
  readonly attributes: Attributes;
}

export const startRecord = (): RecordDraft => ({
  timeNs: 0n,
  observedNs: 0n,
  severityNumber: 0,
  severityText: '',
  body: '',
  traceId: '',
  spanId: '',
  traceFlags: 0,
  eventName: '',
  attributes: startAttributes(),
});

export interface Scope {
  name: string;
  version: string;
  /** Already named `scope.<name>`, since the store has one set of attributes for each record. */
  readonly attributes: Attributes;
}

export interface DecodedLogs {
  readonly batches: readonly IncomingLogs[];
  /** Number of refused records by reason. */
  readonly refusals: ReadonlyMap<string, number>;
}

/**
 * Collects decoded records into one batch for each log stream, in the order they were sent. Throws
 * `ingest.too-many-records` and `ingest.too-many-streams`; single records past a limit are counted as refusals.
 */
export interface Gathering {
  readonly beginResource: (attributes: Attributes) => void;
  readonly beginScope: (scope: Scope) => void;
  readonly add: (draft: RecordDraft) => void;
  readonly finish: () => DecodedLogs;
}

export interface GatheringDeps {
  readonly destination: Destination;
  readonly window: TimeWindow;
  readonly receivedMs: number;
}

const NO_SCOPE: Scope = { name: '', version: '', attributes: startAttributes() };

export function startGathering({ destination, window, receivedMs }: GatheringDeps): Gathering {
  const batches = new Map<string, { logGroup: string; logStream: string; records: IncomingLog[] }>();
  const refusals = new Map<string, number>();
  const receivedNs = BigInt(Math.floor(receivedMs)) * 1_000_000n;
  let seen = 0;
  let resource: Record<string, string> = {};
  let resourceRefusal: string | undefined;
  let records: IncomingLog[] | undefined;
  let scope = NO_SCOPE;
  const openBatch = (): IncomingLog[] => {
    const { logGroup, logStream } = destination(resource);
    const key = `${logGroup}\n${logStream}`;
    const known = batches.get(key);
    if (known !== undefined) return known.records;
    if (batches.size === INGEST_LIMITS.streamsPerRequestMax) {
      throw new Failure(INGEST_FAILURES.tooManyStreams, { limit: INGEST_LIMITS.streamsPerRequestMax });
    }
    const fresh = { logGroup, logStream, records: [] };
    batches.set(key, fresh);
    return fresh.records;
  };
  return {
    beginResource: (attributes) => {
      resource = asText(attributes);
      resourceRefusal = attributes.refusal === undefined ? undefined : `the resource: ${attributes.refusal}`;
      records = undefined;
      scope = NO_SCOPE;
    },
    beginScope: (next) => {
      scope = next;
    },
    add: (draft) => {
      seen += 1;
      if (seen > INGEST_LIMITS.recordsPerRequestMax) {
        throw new Failure(INGEST_FAILURES.tooManyRecords, { limit: INGEST_LIMITS.recordsPerRequestMax });
      }
      if (scope.attributes.count > 0) addScope(draft.attributes, scope.attributes);
      const timeNs = draft.timeNs !== 0n ? draft.timeNs : draft.observedNs !== 0n ? draft.observedNs : receivedNs;
      const refusal = resourceRefusal ?? refusalOf(draft, timeNs, window);
      if (refusal !== undefined) {
        refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1);
        return;
      }
      records ??= openBatch();
      records.push(finishRecord(draft, { timeNs, resource, scope }));
    },
    finish: () => ({ batches: [...batches.values()], refusals }),
  };
}

function refusalOf(draft: RecordDraft, timeNs: bigint, window: TimeWindow): string | undefined {
  if (draft.attributes.refusal !== undefined) return draft.attributes.refusal;
  if (isBodyTooLong(draft.body)) return BODY_TOO_LONG;
  if (timeNs > window.toNs) return 'its time is more than a day in the future';
  if (timeNs < window.fromNs) return 'its time is before 1970';
  return undefined;
}

function finishRecord(
  draft: RecordDraft,
  context: {
    readonly timeNs: bigint;
    readonly resource: Readonly<Record<string, string>>;
    readonly scope: Scope;
  },
): IncomingLog {
  return {
    timeNs: context.timeNs,
    body: draft.body,
    severityNumber: severityOf(draft),
    severityText: draft.severityText,
    service: context.resource['service.name'] ?? '',
    traceId: draft.traceId,
    spanId: draft.spanId,
    // The low eight bits are the W3C trace flags; the others are reserved.
    traceFlags: draft.traceFlags & 0xff,
    scopeName: context.scope.name,
    scopeVersion: context.scope.version,
    eventName: draft.eventName,
    resource: context.resource,
    attributesString: stringsOf(draft.attributes),
    attributesNumber: numbersOf(draft.attributes),
    attributesBool: booleansOf(draft.attributes),
  };
}

/** 1 to 24 are defined (OpenTelemetry logs data model); a sender that gives no number may still give a word. */
const severityOf = (draft: RecordDraft): number =>
  draft.severityNumber >= 1 && draft.severityNumber <= 24 ? draft.severityNumber : severityNumberOf(draft.severityText);

function asText(attributes: Attributes): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(stringsOf(attributes))) setAttribute(text, name, value);
  for (const [name, value] of Object.entries(numbersOf(attributes))) setAttribute(text, name, String(value));
  for (const [name, value] of Object.entries(booleansOf(attributes))) setAttribute(text, name, String(value));
  return text;
}

function addScope(to: Attributes, scope: Attributes): void {
  for (const [name, value] of Object.entries(stringsOf(scope))) addString(to, name, value);
  for (const [name, value] of Object.entries(numbersOf(scope))) addNumber(to, name, value);
  for (const [name, value] of Object.entries(booleansOf(scope))) addBoolean(to, name, value);
  if (scope.refusal !== undefined) to.refusal ??= `the scope: ${scope.refusal}`;
}
