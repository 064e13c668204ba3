import { z } from '@hono/zod-openapi';

/** The part of the JSON API about traces; times are milliseconds since 1970 with fractions. */
export const tracesQueryParams = z.object({
  fromMs: z.coerce.number(),
  /** Exclusive. */
  toMs: z.coerce.number(),
  service: z.string().optional(),
  route: z.string().optional(),
  durationMsMin: z.coerce.number().optional(),
  status: z.enum(['ok', 'error', 'unset']).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});
export const traceSummaryBody = z.object({
  traceId: z.string(),
  startMs: z.number(),
  durationMs: z.number(),
  service: z.string(),
  route: z.string(),
  spans: z.number(),
  errors: z.number(),
  services: z.array(z.string()),
});
export const tracesBody = z.object({ traces: z.array(traceSummaryBody) });
const texts = z.record(z.string(), z.string());
export const traceSpanBody = z.object({
  spanId: z.string(),
  /** Empty for the span that began the trace. */
  parentSpanId: z.string(),
  name: z.string(),
  kind: z.string(),
  status: z.enum(['unset', 'ok', 'error']),
  statusMessage: z.string(),
  service: z.string(),
  route: z.string(),
  startMs: z.number(),
  durationMs: z.number(),
  scope: z.string(),
  resource: texts,
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  events: z.array(z.object({ timeMs: z.number(), name: z.string(), attributes: texts })),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
});
export const traceBody = z.object({ traceId: z.string(), spans: z.array(traceSpanBody) });

export type TraceSummaryBody = z.infer<typeof traceSummaryBody>;
export type TracesBody = z.infer<typeof tracesBody>;
export type TraceSpanBody = z.infer<typeof traceSpanBody>;
export type TraceBody = z.infer<typeof traceBody>;
