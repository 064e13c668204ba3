import { Failure } from '../../base/index.ts';
import type { SpanRow } from '../../metrics/index.ts';
import type { RedactionReport } from '../../redact/index.ts';
import { type Attributes, booleansOf, numbersOf, setAttribute, stringsOf } from '../attributes.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { INGEST_LIMITS } from '../limits.ts';
import type { TimeWindow } from '../record-time.ts';
import type { Cleaner } from '../sink/clean-record.ts';
import type { SpanDraft, SpanReceiver } from './span-draft.ts';

export interface SpanGathering extends SpanReceiver {
  readonly finish: () => { readonly spans: readonly SpanRow[]; readonly refusals: ReadonlyMap<string, number> };
}

export interface SpanGatheringDeps {
  readonly cleaner: Cleaner;
  readonly report: RedactionReport;
  readonly window: TimeWindow;
}

const KINDS: readonly string[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'] as const;

/** Turns spans into rows; every text passes the redactor. Throws `ingest.too-many-records`. */
export function startSpanGathering(deps: SpanGatheringDeps): SpanGathering {
  const { cleaner, report } = deps;
  const spans: SpanRow[] = [];
  const refusals = new Map<string, number>();
  let seen = 0;
  let resource: Record<string, string> = {};
  let resourceRefusal: string | undefined;
  let scope = { name: '', version: '' };
  return {
    beginResource: (attributes) => {
      resource = cleanTexts(attributes, deps);
      resourceRefusal = attributes.refusal === undefined ? undefined : `the resource: ${attributes.refusal}`;
      scope = { name: '', version: '' };
    },
    beginScope: ({ name, version }) => {
      scope = { name: cleaner.word(name, report), version: cleaner.word(version, report) };
    },
    add: (draft) => {
      seen += 1;
      if (seen > INGEST_LIMITS.recordsPerRequestMax) {
        throw new Failure(INGEST_FAILURES.tooManyRecords, { limit: INGEST_LIMITS.recordsPerRequestMax });
      }
      const refusal = resourceRefusal ?? whyRefused(draft, deps.window);
      if (refusal !== undefined) {
        refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1);
        return;
      }
      spans.push(rowOf(draft, { resource, scope, deps }));
    },
    finish: () => ({ spans, refusals }),
  };
}

function whyRefused(draft: SpanDraft, window: TimeWindow): string | undefined {
  if (draft.traceId === '' || /^0+$/.test(draft.traceId)) return 'its trace id is missing or not valid';
  if (draft.spanId === '' || /^0+$/.test(draft.spanId)) return 'its span id is missing or not valid';
  if (draft.startNs > window.toNs) return 'its time is more than a day in the future';
  if (draft.startNs < window.fromNs) return 'it is older than the retention of spans';
  if (draft.endNs < draft.startNs) return 'it ends before it begins';
  return draft.attributes.refusal ?? draft.events.find(({ attributes }) => attributes.refusal)?.attributes.refusal;
}

function rowOf(
  draft: SpanDraft,
  of: {
    readonly resource: Record<string, string>;
    readonly scope: { readonly name: string; readonly version: string };
    readonly deps: SpanGatheringDeps;
  },
): SpanRow {
  const { resource, scope, deps } = of;
  const { cleaner, report, window } = deps;
  const numbers = cleaner.numbers(numbersOf(draft.attributes), report);
  const strings = cleaner.strings(stringsOf(draft.attributes), report);
  return {
    timeNs: draft.startNs,
    durationNs: draft.endNs - draft.startNs,
    traceId: draft.traceId,
    spanId: draft.spanId,
    parentSpanId: draft.parentSpanId,
    name: cleaner.word(draft.name, report).slice(0, INGEST_LIMITS.spanNameLengthMax),
    kind: KINDS[draft.kind] ?? 'internal',
    status: STATUSES[draft.status] ?? 'unset',
    statusMessage: cleaner.text(draft.statusMessage, report),
    service: resource['service.name'] ?? '',
    scopeName: scope.name,
    scopeVersion: scope.version,
    resource,
    attributesString: numbers.masked === undefined ? strings : { ...strings, ...numbers.masked },
    attributesNumber: numbers.numbers,
    attributesBool: cleaner.booleans(booleansOf(draft.attributes), report),
    events: draft.events.slice(0, INGEST_LIMITS.spanEventsMax).map((event) => ({
      timeNs: event.timeNs <= window.toNs ? event.timeNs : draft.startNs,
      name: cleaner.word(event.name, report),
      attributes: cleanTexts(event.attributes, deps),
    })),
    links: draft.links.slice(0, INGEST_LIMITS.spanEventsMax),
  };
}

function cleanTexts(attributes: Attributes, { cleaner, report }: SpanGatheringDeps): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const part of [stringsOf(attributes), numbersOf(attributes), booleansOf(attributes)]) {
    for (const [name, value] of Object.entries(part)) setAttribute(texts, name, String(value));
  }
  return cleaner.strings(texts, report);
}
