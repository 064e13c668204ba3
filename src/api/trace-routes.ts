import type { TraceSpan, TraceStore } from '../metrics/index.ts';
import { type ApiApp, addRoute } from './route.ts';
import { type TraceSpanBody, traceBody, tracesBody, tracesQueryParams } from './trace-contract.ts';

const TRACES_LISTED = 100;

/** Traces for the console: found by what one of their spans is, and read whole. */
export function addTraceRoutes(app: ApiApp, { traces }: { readonly traces: TraceStore }): void {
  addRoute(
    app,
    { method: 'get', path: '/traces', summary: 'Traces, newest first', query: tracesQueryParams, answer: tracesBody },
    async ({ actor, query }) => {
      const { fromMs, toMs, service, route, durationMsMin, status, limit = TRACES_LISTED } = query;
      const found = await traces.findTraces(actor, {
        ...{ fromMs, toMs, limit },
        ...(service === undefined ? {} : { service }),
        ...(route === undefined ? {} : { route }),
        ...(durationMsMin === undefined ? {} : { durationMsMin }),
        ...(status === undefined ? {} : { status }),
      });
      return { traces: found.map((trace) => ({ ...trace, services: [...trace.services] })) };
    },
  );
  addRoute(
    app,
    { method: 'get', path: '/traces/{id}', summary: 'Every span of one trace, by their start', answer: traceBody },
    async ({ actor, param }) => {
      const spans = await traces.getTrace(actor, param('id'));
      return { traceId: param('id').toLowerCase(), spans: spans.map(spanOut) };
    },
  );
}

/** Milliseconds with as much of the nanoseconds as a number holds. */
const msOf = (ns: bigint): number => Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;

function spanOut(span: TraceSpan): TraceSpanBody {
  const { spanId, parentSpanId, name, kind, status, statusMessage, service, route, links } = span;
  return {
    ...{ spanId, parentSpanId, name, kind, status, statusMessage, service, route },
    ...{ startMs: msOf(span.timeNs), durationMs: msOf(span.durationNs) },
    scope: [span.scopeName, span.scopeVersion].filter((part) => part !== '').join(' '),
    resource: { ...span.resource },
    attributes: { ...span.attributesString, ...span.attributesNumber, ...span.attributesBool },
    events: span.events.map((event) => ({
      ...{ timeMs: msOf(event.timeNs), name: event.name },
      attributes: { ...event.attributes },
    })),
    links: links.map((link) => ({ ...link })),
  };
}
