import type { JsonObject } from '../../../issues/index.ts';
import { startAttributes } from '../../attributes.ts';
import { readHexId } from '../../hex-id.ts';
import type { SpanDraft } from '../../otlp/span-draft.ts';
import { addTyped, typedText } from '../attributes-of.ts';
import { readContainer } from '../container.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { type Counted, expectStored, type Harvest, outcomeOf, type SentryCall } from '../harvest.ts';
import { invalidItem, isObject, objectOf, readJson, textOf } from '../read-json.ts';
import { readTimeNs } from '../read-time.ts';
import { kindOf, statusOf } from '../span-words.ts';
import { linksOf, resourceOf, sdkOf, shortName, spanOf } from './transaction.ts';

const NS_PER_MS = 1_000_000n;
const ONE: Counted = { category: 'span', itemType: 'span', quantity: 1 };

/** Version 1 is one span as JSON; version 2 is a container with another content type under the same name. */
export function takeSpans(item: EnvelopeItem, to: { readonly call: SentryCall; readonly harvest: Harvest }): void {
  const payload = readJson(item.payload, item.type);
  const isContainer =
    textOf(item.header.content_type).includes('items.span') || (isObject(payload) && 'items' in payload);
  if (isContainer) takeContainer(item, objectOf(payload), to);
  else takeOne(objectOf(payload), to);
}

function takeOne(
  payload: JsonObject,
  { call, harvest }: { readonly call: SentryCall; readonly harvest: Harvest },
): void {
  const span = spanOf(payload, { call, inherited: {} });
  if (span === undefined) throw invalidItem('span', 'incomplete', 'its ids or times are missing');
  const data = objectOf(payload.data);
  const resource = resourceOf(
    {
      release: data['sentry.release'] ?? data.release ?? null,
      environment: data['sentry.environment'] ?? data.environment ?? null,
    },
    call,
  );
  harvest.spans.push({ resource, sdk: sdkOf({}, call), span, counted: ONE });
  expectStored(harvest, 'spans', ONE);
}

function takeContainer(
  item: EnvelopeItem,
  payload: JsonObject,
  { call, harvest }: { readonly call: SentryCall; readonly harvest: Harvest },
): void {
  for (const entry of readContainer(item, payload)) {
    const span = spanOfVersion2(entry, call);
    if (span === undefined) {
      harvest.outcomes.push(outcomeOf(call.project, ONE, { outcome: 'invalid', reason: 'incomplete' }));
      continue;
    }
    const typed = objectOf(entry.attributes);
    const resource = resourceOf(
      {
        release: typedText(typed, 'sentry.release'),
        environment: typedText(typed, 'sentry.environment'),
      },
      call,
    );
    const sdk = {
      name: shortName(typedText(typed, 'sentry.sdk.name')),
      version: shortName(typedText(typed, 'sentry.sdk.version')),
    };
    harvest.spans.push({ resource, sdk, span, counted: ONE });
    expectStored(harvest, 'spans', ONE);
  }
}

function spanOfVersion2(entry: JsonObject, call: SentryCall): SpanDraft | undefined {
  const traceId = readHexId(textOf(entry.trace_id).replaceAll('-', ''), 32);
  const spanId = readHexId(textOf(entry.span_id), 16);
  const startNs = readTimeNs(entry.start_timestamp);
  const endNs = readTimeNs(entry.end_timestamp) ?? readTimeNs(entry.timestamp);
  if (traceId === '' || spanId === '' || startNs === undefined || endNs === undefined) return undefined;
  const typed = objectOf(entry.attributes);
  const attributes = startAttributes();
  addTyped(attributes, typed);
  const operation = typedText(typed, 'sentry.op');
  const drift = BigInt(call.driftMs) * NS_PER_MS;
  return {
    traceId,
    spanId,
    parentSpanId: readHexId(textOf(entry.parent_span_id), 16),
    name: nameOf(entry, typed) || operation || 'span',
    kind: kindOf(textOf(entry.kind) || typedText(typed, 'sentry.kind') || typedText(typed, 'otel.kind'), operation),
    startNs: startNs + drift,
    endNs: (endNs < startNs && startNs - endNs < NS_PER_MS ? startNs : endNs) + drift,
    attributes,
    events: [],
    links: linksOf(entry.links),
    ...statusOf(textOf(entry.status), typedText(typed, 'sentry.status.message')),
  };
}

const METHOD = /^[A-Z]{3,7}$/;

/** A server's span without a route is named by its method alone, by which nobody finds it; older SDKs add the path. */
function nameOf(entry: JsonObject, typed: JsonObject): string {
  const name = textOf(entry.name);
  const path = typedText(typed, 'url.path');
  const isUrl = typedText(typed, 'sentry.segment.name.source') === 'url' && entry.is_segment === true;
  return isUrl && path !== '' && METHOD.test(name) ? `${name} ${path}` : name;
}
