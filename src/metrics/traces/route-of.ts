import type { SpanRow } from '../types.ts';

/**
 * What a unit of work was asked for, by the semantic conventions of OpenTelemetry: the route of HTTP with its method,
 * the method of RPC, the destination of a message, and else the name of the span.
 */
export function routeOf(span: Pick<SpanRow, 'name' | 'attributesString'>): string {
  const { attributesString: attributes } = span;
  const route = attributes['http.route'];
  if (route !== undefined && route !== '') {
    const method = attributes['http.request.method'] ?? attributes['http.method'];
    return method === undefined || method === '' ? route : `${method} ${route}`;
  }
  const rpc = attributes['rpc.method'];
  if (rpc !== undefined && rpc !== '') {
    const service = attributes['rpc.service'];
    return service === undefined || service === '' ? rpc : `${service}/${rpc}`;
  }
  const destination = attributes['messaging.destination.name'];
  return destination !== undefined && destination !== '' && span.name === '' ? destination : span.name;
}

/** Work that somebody asked this service for, as against work that it asked others for. */
export const isRequest = (span: Pick<SpanRow, 'kind'>): boolean => span.kind === 'server' || span.kind === 'consumer';

/** A request failed when its span says so, or when HTTP answered 500 or above. */
export function isError(span: Pick<SpanRow, 'status' | 'attributesNumber'>): boolean {
  if (span.status === 'error') return true;
  const code = span.attributesNumber['http.response.status_code'] ?? span.attributesNumber['http.status_code'] ?? 0;
  return code >= 500;
}
