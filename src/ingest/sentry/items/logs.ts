import type { JsonObject, JsonValue } from '../../../issues/index.ts';
import type { IncomingLog } from '../../../logs/index.ts';
import { newRedactionReport } from '../../../redact/index.ts';
import { type Attributes, booleansOf, isBodyTooLong, numbersOf, startAttributes, stringsOf } from '../../attributes.ts';
import { plainText } from '../../otlp/any-value.ts';
import { readAttributes, readPlain } from '../../otlp/any-value-json.ts';
import { severityNumberOf } from '../../severity.ts';
import { addTyped, typedText } from '../attributes-of.ts';
import { readContainer } from '../container.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { type Counted, expectStored, type Harvest, outcomeOf, type SentryCall } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { invalidItem, listOf, numberOf, objectOf, readJsonObject, textOf } from '../read-json.ts';
import { readTimeNs } from '../read-time.ts';
import { resourceOf, shortName } from './transaction.ts';

const NS_PER_MS = 1_000_000n;

/** A container of Sentry's logs, or one such record alone. */
export function takeLogs(item: EnvelopeItem, to: { readonly call: SentryCall; readonly harvest: Harvest }): void {
  const payload = readJsonObject(item.payload, item.type);
  const entries = 'items' in payload ? readContainer(item, payload) : [payload];
  for (const entry of entries) takeOne(entry, item.type, to);
}

function takeOne(
  entry: JsonObject,
  itemType: string,
  { call, harvest }: { readonly call: SentryCall; readonly harvest: Harvest },
): void {
  const typed = objectOf(entry.attributes);
  const attributes = startAttributes();
  addTyped(attributes, typed);
  const severityText = shortName(textOf(entry.level) || textOf(entry.severity_text));
  const record = recordOf({
    timeNs: timeOf(entry.timestamp, call),
    body: bodyOf(entry.body),
    severityText,
    severityNumber: severityOf(entry.severity_number, severityText),
    traceId: textOf(entry.trace_id).replaceAll('-', ''),
    spanId: textOf(entry.span_id) || typedText(typed, 'sentry.trace.parent_span_id'),
    attributes,
    resource: resourceOf(
      {
        release: typedText(typed, 'sentry.release'),
        environment: typedText(typed, 'sentry.environment'),
        server_name: typedText(typed, 'server.address'),
      },
      call,
    ),
    scope: {
      name: shortName(typedText(typed, 'sentry.sdk.name')),
      version: shortName(typedText(typed, 'sentry.sdk.version')),
    },
  });
  add(record, { itemType, attributes, call, harvest });
}

/** One LogRecord in the JSON form of OTLP, which SDKs sent before they had logs of their own. */
export function takeOtelLog(item: EnvelopeItem, to: { readonly call: SentryCall; readonly harvest: Harvest }): void {
  const { call } = to;
  const payload = readJsonObject(item.payload, item.type);
  const attributes = startAttributes();
  const severityText = shortName(textOf(payload.severityText));
  try {
    readAttributes(listOf(payload.attributes), { attributes, prefix: '', depth: 0 });
    const record = recordOf({
      timeNs: otelTimeOf(payload, call),
      body: plainText(readPlain(payload.body, { attributes, depth: 0 })),
      severityText,
      severityNumber: severityOf(payload.severityNumber, severityText),
      traceId: textOf(payload.traceId),
      spanId: textOf(payload.spanId),
      attributes,
      resource: resourceOf({}, call),
      scope: { name: '', version: '' },
    });
    add(record, { itemType: item.type, attributes, ...to });
  } catch {
    throw invalidItem(item.type, 'incomplete', 'it is not a LogRecord of OTLP');
  }
}

function otelTimeOf(payload: JsonObject, call: SentryCall): bigint {
  const text = textOf(payload.timeUnixNano) || textOf(payload.observedTimeUnixNano);
  const ns = /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
  return ns === 0n ? BigInt(Math.floor(call.receivedMs)) * NS_PER_MS : ns + BigInt(call.driftMs) * NS_PER_MS;
}

interface LogParts {
  readonly timeNs: bigint;
  readonly body: string;
  readonly severityText: string;
  readonly severityNumber: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
  readonly resource: Readonly<Record<string, string>>;
  readonly scope: { readonly name: string; readonly version: string };
}

const recordOf = ({ attributes, scope, ...parts }: LogParts): IncomingLog => ({
  ...parts,
  service: parts.resource['service.name'] ?? '',
  scopeName: scope.name,
  scopeVersion: scope.version,
  attributesString: stringsOf(attributes),
  attributesNumber: numbersOf(attributes),
  attributesBool: booleansOf(attributes),
});

function add(
  record: IncomingLog,
  of: {
    readonly itemType: string;
    readonly attributes: Attributes;
    readonly call: SentryCall;
    readonly harvest: Harvest;
  },
): void {
  const { call, harvest, attributes } = of;
  const counted: Counted = { category: 'log_item', itemType: of.itemType, quantity: 1 };
  if (attributes.refusal !== undefined || isBodyTooLong(record.body)) {
    harvest.outcomes.push(outcomeOf(call.project, counted, { outcome: 'invalid', reason: 'too-large' }));
    return;
  }
  harvest.logs.push({ stream: streamOf(record, call), record });
  expectStored(harvest, 'logs', counted);
}

/** A stream is a release. The sink refuses names that hold secrets, and nobody chose this one as a name: it is masked. */
function streamOf({ resource = {} }: IncomingLog, { cleaner }: SentryCall): string {
  const release = cleaner.word(resource['service.version'] ?? '', newRedactionReport());
  const name = release.replace(/[:*\p{Cc}\p{Cs}]+/gu, '_').slice(0, SENTRY_LIMITS.nameLengthMax);
  return name === '' ? 'default' : name;
}

function timeOf(value: JsonValue | undefined, call: SentryCall): bigint {
  const receivedNs = BigInt(Math.floor(call.receivedMs)) * NS_PER_MS;
  const ns = readTimeNs(value);
  return ns === undefined ? receivedNs : ns + BigInt(call.driftMs) * NS_PER_MS;
}

const bodyOf = (value: JsonValue | undefined): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

function severityOf(value: JsonValue | undefined, word: string): number {
  const number = numberOf(value) ?? 0;
  return Number.isInteger(number) && number >= 1 && number <= 24 ? number : severityNumberOf(word);
}
