import { sql } from 'kysely';
import { Failure } from '../../../base/index.ts';
import type { MonitorsContext } from '../context.ts';
import { MONITORS_FAILURES } from '../failures.ts';
import { MONITORS_LIMITS as LIMITS } from '../limits.ts';
import type { MonitorsTables } from '../migrations.ts';
import type { CheckInState, MonitorTimeline, MonitorVerbs } from '../types.ts';
import { authorizeRead, knownMonitor } from './verb-context.ts';

export const getTimeline =
  (context: MonitorsContext): MonitorVerbs['timeline'] =>
  async (actor, ref, range) => {
    await authorizeRead(context, actor, ref.projectId);
    const { fromMs, toMs } = range;
    const steps = acceptedSteps(range);
    const db = context.catalog.db<MonitorsTables>();
    const monitor = await knownMonitor(db, ref);
    const stepMs = (toMs - fromMs) / steps;
    const step = sql<number>`floor((started_ms - ${fromMs}::bigint) / ${stepMs}::float8)::int`;
    let runs = db
      .selectFrom('monitor_runs')
      .select(['environment', 'state', step.as('step'), (eb) => eb.fn.countAll<number>().as('count')])
      .where('monitor_id', '=', monitor.id)
      .where('started_ms', '>=', fromMs)
      .where('started_ms', '<', toMs)
      .groupBy(['environment', 'state', 'step'])
      .orderBy('environment');
    if (range.environment !== undefined) runs = runs.where('environment', '=', range.environment);
    const rows = await runs.execute();
    const names = [...new Set(rows.map(({ environment }) => environment))];
    return {
      timesMs: Array.from({ length: steps }, (_, index) => Math.round(fromMs + index * stepMs)),
      environments: names.map((environment) => ({
        environment,
        counts: countsOf(
          rows.filter((row) => row.environment === environment),
          steps,
        ),
      })),
    };
  };

function countsOf(
  rows: readonly { readonly state: string; readonly step: number; readonly count: number }[],
  steps: number,
): MonitorTimeline['environments'][number]['counts'] {
  const counts: Partial<Record<CheckInState, number>>[] = Array.from({ length: steps }, () => ({}));
  for (const { state, step, count } of rows) {
    const cell = counts[Math.min(step, steps - 1)];
    if (cell !== undefined) cell[state as CheckInState] = count;
  }
  return counts;
}

function acceptedSteps(range: { readonly fromMs: number; readonly toMs: number; readonly steps: number }): number {
  const { fromMs, toMs, steps } = range;
  const refuse = (field: string, value: number, expected: string): Failure =>
    new Failure(MONITORS_FAILURES.rangeInvalid, { field, value, expected });
  if (!Number.isSafeInteger(fromMs) || fromMs < 0) throw refuse('from', fromMs, 'a time in milliseconds');
  if (!Number.isSafeInteger(toMs) || toMs <= fromMs) throw refuse('to', toMs, 'a time after the beginning');
  if (Number.isSafeInteger(steps) && steps >= 1 && steps <= LIMITS.timelineStepsMax) return steps;
  throw refuse('steps', steps, `a whole number from 1 to ${LIMITS.timelineStepsMax}`);
}
