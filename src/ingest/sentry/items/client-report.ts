import { DATA_CATEGORIES, type DataCategory, type JsonValue } from '../../../issues/index.ts';
import type { EnvelopeItem } from '../envelope.ts';
import type { Harvest, SentryCall } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { countOf, listOf, objectOf, readJsonObject, textOf, tooLargeItem } from '../read-json.ts';

/** Of relays between an SDK and here; SDKs themselves have the first. */
const LISTS = ['discarded_events', 'rate_limited_events', 'filtered_events', 'filtered_sampling_events'] as const;
const KNOWN: ReadonlySet<string> = new Set(DATA_CATEGORIES);
/** Categories that SDKs tell apart and that are one here. */
const SAME: ReadonlyMap<string, DataCategory> = new Map<string, DataCategory>([
  ['transaction_indexed', 'transaction'],
  ['span_indexed', 'span'],
  ['profile_chunk', 'profile'],
  ['profile_chunk_ui', 'profile'],
  ['replay_video', 'replay'],
  ['user_report_v2', 'feedback'],
]);
/** Bytes of logs and metrics are said beside their number, and are no further things. */
const MEASURES_OF_SIZE: ReadonlySet<string> = new Set(['log_byte', 'trace_metric_byte']);

/** What an SDK threw away is counted where people look for what is missing. */
export function takeClientReport(
  item: EnvelopeItem,
  { call, harvest }: { readonly call: SentryCall; readonly harvest: Harvest },
): void {
  const payload = readJsonObject(item.payload, item.type);
  const entries = LISTS.flatMap((name) => listOf(payload[name]));
  if (entries.length > SENTRY_LIMITS.clientReportEntriesMax) {
    throw tooLargeItem(item.type, SENTRY_LIMITS.clientReportEntriesMax, 'items');
  }
  for (const entry of entries) {
    const { category, reason, quantity } = objectOf(entry);
    const word = textOf(category);
    const count = countOf(quantity);
    if (count === 0 || MEASURES_OF_SIZE.has(word)) continue;
    harvest.outcomes.push({
      projectId: call.project.id,
      category: categoryOf(word),
      itemType: safeName(category),
      outcome: 'client-discard',
      reason: safeName(reason),
      quantity: count,
    });
  }
}

const categoryOf = (word: string): DataCategory =>
  SAME.get(word) ?? (KNOWN.has(word) ? (word as DataCategory) : 'default');

/** Words of a sender that become names in tables: only what can hold no secret and no markup. */
export function safeName(value: JsonValue | undefined): string {
  const text = textOf(value);
  return /^[A-Za-z][A-Za-z_.-]{0,47}\d{0,2}$/.test(text) ? text : 'other';
}
