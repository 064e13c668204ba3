import type { JsonObject, JsonValue } from '../../../issues/index.ts';
import { type Attributes, addNumber, addString, startAttributes } from '../../attributes.ts';
import { readHexId } from '../../hex-id.ts';
import type { SpanDraft } from '../../otlp/span-draft.ts';
import { addJson } from '../attributes-of.ts';
import type { Harvest, SentryCall } from '../harvest.ts';
import { expectStored } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { invalidItem, listOf, numberOf, objectOf, textOf } from '../read-json.ts';
import { readTimeNs } from '../read-time.ts';
import { kindOf, statusOf } from '../span-words.ts';

const NS_PER_MS = 1_000_000n;

/** A transaction is the first span of its process with those below it. */
export function takeTransaction(
  payload: JsonObject,
  itemType: string,
  to: { call: SentryCall; harvest: Harvest },
): void {
  const { call, harvest } = to;
  const trace = objectOf(objectOf(payload.contexts).trace);
  const root = spanOf({ ...trace, ...timesOf(payload) }, { call, inherited: {} });
  if (root === undefined) {
    throw invalidItem(
      itemType,
      'incomplete',
      'its trace context has no trace_id and span_id, or its times are missing',
    );
  }
  root.name = textOf(payload.transaction) || root.name;
  describeRoot(root, payload);
  const resource = resourceOf(payload, call);
  const sdk = sdkOf(payload, call);
  const counted = { category: 'transaction', itemType, quantity: 1 } as const;
  harvest.spans.push({ resource, sdk, span: root, counted });
  expectStored(harvest, 'spans', counted);
  for (const item of listOf(payload.spans)) {
    const inherited = { trace_id: root.traceId, parent_span_id: root.spanId };
    const span = spanOf(objectOf(item), { call, inherited });
    const child = { category: 'span', itemType: 'span', quantity: 1 } as const;
    if (span === undefined) {
      harvest.outcomes.push({ projectId: call.project.id, ...child, outcome: 'invalid', reason: 'incomplete' });
      continue;
    }
    harvest.spans.push({ resource, sdk, span, counted: child });
    expectStored(harvest, 'spans', child);
  }
}

const timesOf = (payload: JsonObject): JsonObject => ({
  start_timestamp: payload.start_timestamp ?? null,
  timestamp: payload.timestamp ?? null,
});

/** A span of a transaction, or one of version 1 that came alone. Undefined when it has no ids or times. */
export function spanOf(
  item: JsonObject,
  { call, inherited }: { readonly call: SentryCall; readonly inherited: JsonObject },
): SpanDraft | undefined {
  const traceId = readHexId(textOf(item.trace_id ?? inherited.trace_id).replaceAll('-', ''), 32);
  const spanId = readHexId(textOf(item.span_id), 16);
  const startNs = readTimeNs(item.start_timestamp);
  const endNs = readTimeNs(item.timestamp) ?? readTimeNs(item.end_timestamp);
  if (traceId === '' || spanId === '' || startNs === undefined || endNs === undefined) return undefined;
  const attributes = startAttributes();
  const op = textOf(item.op);
  const data = objectOf(item.data);
  addJson(attributes, '', data);
  for (const name of ['op', 'origin', 'segment_id', 'profile_id'] as const) {
    if (data[`sentry.${name}`] === undefined) addText(attributes, `sentry.${name}`, item[name]);
  }
  addJson(attributes, 'tag', item.tags);
  addMeasurements(attributes, item.measurements);
  const drift = BigInt(call.driftMs) * NS_PER_MS;
  const status = textOf(item.status);
  return {
    traceId,
    spanId,
    parentSpanId: readHexId(textOf(item.parent_span_id ?? inherited.parent_span_id), 16),
    name: textOf(item.description) || textOf(item.name) || op || 'span',
    kind: kindOf(textOf(item.kind) || textOf(data['sentry.kind']) || textOf(data['otel.kind']), op),
    startNs: startNs + drift,
    // Clocks of browsers may step back by a fraction of a millisecond between two readings.
    endNs: (endNs < startNs && startNs - endNs < NS_PER_MS ? startNs : endNs) + drift,
    attributes,
    events: [],
    links: linksOf(item.links),
    ...statusOf(status),
  };
}

export const linksOf = (value: JsonValue | undefined): SpanDraft['links'] =>
  listOf(value).flatMap((item) => {
    const link = objectOf(item);
    const traceId = readHexId(textOf(link.trace_id), 32);
    const spanId = readHexId(textOf(link.span_id), 16);
    return traceId === '' || spanId === '' ? [] : [{ traceId, spanId }];
  });

const addText = (attributes: Attributes, name: string, value: JsonValue | undefined): void => {
  const text = textOf(value);
  if (text !== '') addString(attributes, name, text);
};

function addMeasurements(attributes: Attributes, value: JsonValue | undefined): void {
  const measurements = objectOf(value);
  for (const name in measurements) {
    const number = numberOf(objectOf(measurements[name]).value);
    if (number !== undefined) addNumber(attributes, `measurement.${name}`, number);
  }
}

/** What a transaction knows besides its trace goes to its first span, under the names of OpenTelemetry where it has some. */
function describeRoot(root: SpanDraft, payload: JsonObject): void {
  const { attributes } = root;
  addText(attributes, 'sentry.event_id', payload.event_id);
  addText(attributes, 'sentry.platform', payload.platform);
  const source = textOf(objectOf(payload.transaction_info).source);
  if (source !== '' && attributes.strings?.['sentry.source'] === undefined)
    addString(attributes, 'sentry.source', source);
  describeRequest(root, payload, source);
  addTags(attributes, payload.tags);
  const { ip_address: address, ...user } = objectOf(payload.user);
  addJson(attributes, 'user', user);
  addText(attributes, 'client.address', address);
  const { trace: _, ...contexts } = objectOf(payload.contexts);
  addJson(attributes, 'context', contexts);
  addJson(attributes, 'extra', payload.extra);
  addMeasurements(attributes, payload.measurements);
  addBreadcrumbs(root, payload.breadcrumbs);
}

function describeRequest({ attributes, name }: SpanDraft, payload: JsonObject, source: string): void {
  const request = objectOf(payload.request);
  const has = (key: string): boolean =>
    attributes.strings?.[key] !== undefined || attributes.numbers?.[key] !== undefined;
  if (!has('url.full')) addText(attributes, 'url.full', request.url);
  if (!has('http.request.method')) addText(attributes, 'http.request.method', request.method);
  for (const [header, value] of pairsOf(request.headers)) {
    addText(attributes, `http.request.header.${header.toLowerCase()}`, value);
  }
  for (const [cookie, value] of pairsOf(request.cookies)) addText(attributes, `http.request.cookie.${cookie}`, value);
  addText(attributes, 'url.query', request.query_string);
  addJson(attributes, 'http.request.body', request.data);
  const status = numberOf(objectOf(objectOf(payload.contexts).response).status_code);
  if (status !== undefined && !has('http.response.status_code')) {
    addNumber(attributes, 'http.response.status_code', status);
  }
  if (source === 'route' && !has('http.route')) {
    addString(attributes, 'http.route', name.replace(/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) +/, ''));
  }
}

/** Headers, cookies and tags come as an object or as a list of pairs. */
export function pairsOf(value: JsonValue | undefined): readonly (readonly [string, JsonValue | undefined])[] {
  if (!Array.isArray(value)) return Object.entries(objectOf(value));
  return value.flatMap((pair: JsonValue) => (Array.isArray(pair) ? [[textOf(pair[0]), pair[1]] as const] : []));
}

function addTags(attributes: Attributes, value: JsonValue | undefined): void {
  for (const [name, tag] of pairsOf(value)) addText(attributes, `tag.${name}`, tag);
}

function addBreadcrumbs(root: SpanDraft, value: JsonValue | undefined): void {
  const list = Array.isArray(value) ? value : listOf(objectOf(value).values);
  for (const item of list) {
    const crumb = objectOf(item);
    const attributes = startAttributes();
    addText(attributes, 'level', crumb.level);
    addText(attributes, 'message', crumb.message);
    addJson(attributes, '', crumb.data);
    const timeNs = readTimeNs(crumb.timestamp) ?? root.startNs;
    root.events.push({ timeNs, name: textOf(crumb.category) || 'breadcrumb', attributes });
  }
}

/** The service is the project: what an SDK calls a server is one of its instances. */
export function resourceOf(payload: JsonObject, call: SentryCall): Record<string, string> {
  const { project } = call;
  const resource: Record<string, string> = { 'service.name': project.slug };
  const set = (name: string, value: JsonValue | undefined): void => {
    const text = shortName(textOf(value));
    if (text !== '') resource[name] = text;
  };
  set('service.version', payload.release);
  set('deployment.environment.name', payload.environment);
  set('host.name', payload.server_name);
  return resource;
}

/** What stands in a dictionary of a store must be short. */
export const shortName = (text: string): string => text.slice(0, SENTRY_LIMITS.nameLengthMax);

export function sdkOf(payload: JsonObject, call: SentryCall): { readonly name: string; readonly version: string } {
  const sdk = objectOf(payload.sdk);
  const [name = '', version = ''] = call.client.split('/');
  return { name: shortName(textOf(sdk.name) || name), version: shortName(textOf(sdk.version) || version) };
}
