import { z } from '@hono/zod-openapi';
import { metricQueryBody } from './metrics-contract.ts';

/** What Holdfast measures by itself, and the dashboards over it; times are milliseconds since 1970. */
export const dashboardsBody = z.object({
  dashboards: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      choice: z.object({ label: z.string(), namespace: z.string(), metric: z.string(), dimension: z.string() }),
      charts: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          about: z.string(),
          unit: z.string(),
          threshold: z.number().optional(),
          /** `$of` stands for what was chosen, `$period` in expressions for the seconds of a point. */
          queries: z.array(metricQueryBody),
        }),
      ),
    }),
  ),
});
export const collectorsBody = z.object({
  collectors: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['database', 'host']),
      name: z.string(),
      collectedMs: z.number().optional(),
      durationMs: z.number().optional(),
      problem: z.string().optional(),
      unseen: z.array(z.object({ what: z.string(), reason: z.string() })),
      detail: z.string().optional(),
    }),
  ),
});
export const statementsQueryParams = z.object({ source: z.string() });
export const statementsBody = z.object({
  source: z.string(),
  fromMs: z.number().optional(),
  toMs: z.number().optional(),
  statements: z.array(
    z.object({
      fingerprint: z.string(),
      database: z.string(),
      text: z.string(),
      calls: z.number(),
      totalMs: z.number(),
      meanMs: z.number(),
      rows: z.number(),
      sharePercent: z.number(),
      slowestMs: z.number(),
    }),
  ),
  problem: z.string().optional(),
});
