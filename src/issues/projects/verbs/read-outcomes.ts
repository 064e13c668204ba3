import { sql } from 'kysely';
import { DAY_MS, Failure, HOUR_MS } from '../../../base/index.ts';
import type { DataCategory, Outcome } from '../../types.ts';
import type { ProjectsContext } from '../context.ts';
import { ISSUES_PROJECTS_FAILURES } from '../failures.ts';
import { ISSUES_PROJECTS_LIMITS } from '../limits.ts';
import type { ProjectsTables } from '../migrations.ts';
import type { OutcomeSeries, ProjectVerbs } from '../types.ts';
import { requireProject } from './require-project.ts';

/** Ranges up to this are told by the hour. */
const HOURLY_MAX_MS = 7 * DAY_MS;

export const readOutcomes =
  (context: ProjectsContext): ProjectVerbs['outcomes'] =>
  async (actor, idOrSlug, { fromMs, toMs }) => {
    const { id, slug } = requireProject(context, idOrSlug);
    await context.authorize(actor, 'issues:Read', { type: 'project', name: slug });
    const days = ISSUES_PROJECTS_LIMITS.statsRangeDaysMax;
    if (!(toMs > fromMs) || toMs - fromMs > days * DAY_MS) {
      throw new Failure(ISSUES_PROJECTS_FAILURES.rangeInvalid, { fromMs, toMs, days });
    }
    await context.counts.flush();
    const stepMs = toMs - fromMs > HOURLY_MAX_MS ? DAY_MS : HOUR_MS;
    const firstMs = fromMs - (fromMs % stepMs);
    const rows = await context.catalog
      .db<ProjectsTables>()
      .selectFrom('project_outcomes')
      .select((eb) => [
        'category',
        'item_type',
        'outcome',
        'reason',
        sql<string>`hour_ms - hour_ms % ${sql.lit(stepMs)}`.as('step_ms'),
        eb.fn.sum<string>('quantity').as('quantity'),
      ])
      .where('project_id', '=', Number(id))
      .where('hour_ms', '>=', firstMs)
      .where('hour_ms', '<', toMs)
      .groupBy(['category', 'item_type', 'outcome', 'reason', 'step_ms'])
      .execute();
    const timesMs: number[] = [];
    for (let atMs = firstMs; atMs < toMs; atMs += stepMs) timesMs.push(atMs);
    return { timesMs, stepMs, series: seriesOf(rows, timesMs) };
  };

interface Sum {
  readonly category: string;
  readonly item_type: string;
  readonly outcome: string;
  readonly reason: string;
  readonly step_ms: string | number;
  readonly quantity: string;
}

/** One series for each kind of outcome, the largest first. */
function seriesOf(rows: readonly Sum[], timesMs: readonly number[]): OutcomeSeries['series'] {
  const series = new Map<string, { readonly first: Sum; readonly quantities: number[] }>();
  const index = new Map(timesMs.map((ms, at) => [ms, at]));
  for (const row of rows) {
    const key = JSON.stringify([row.category, row.item_type, row.outcome, row.reason]);
    const one = series.get(key) ?? { first: row, quantities: timesMs.map(() => 0) };
    series.set(key, one);
    const at = index.get(Number(row.step_ms));
    if (at !== undefined) one.quantities[at] = (one.quantities[at] ?? 0) + Number(row.quantity);
  }
  return [...series.values()]
    .map(({ first, quantities }) => ({
      // Written by this area from these unions alone.
      category: first.category as DataCategory,
      itemType: first.item_type,
      outcome: first.outcome as Outcome,
      reason: first.reason,
      total: quantities.reduce((sum, quantity) => sum + quantity, 0),
      quantities,
    }))
    .sort((left, right) => right.total - left.total)
    .slice(0, ISSUES_PROJECTS_LIMITS.statsSeriesMax);
}
