import type { Attributes } from '../attributes.ts';

/** A span as both encodings decode it. Times are 0 when the sender left them out. */
export interface SpanDraft {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: number;
  startNs: bigint;
  endNs: bigint;
  readonly attributes: Attributes;
  readonly events: { timeNs: bigint; name: string; readonly attributes: Attributes }[];
  readonly links: { readonly traceId: string; readonly spanId: string }[];
  status: number;
  statusMessage: string;
}

/** SpanKind and StatusCode of opentelemetry-proto. */
export const SPAN_KINDS = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
] as const;
export const STATUS_CODES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'] as const;

/** What decoders hand spans to, in the order of the request. */
export interface SpanReceiver {
  readonly beginResource: (attributes: Attributes) => void;
  readonly beginScope: (scope: { readonly name: string; readonly version: string }) => void;
  readonly add: (span: SpanDraft) => void;
}
