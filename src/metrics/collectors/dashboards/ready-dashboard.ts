import type { MetricQuery, Statistic } from '../../types.ts';
import type { CollectedUnit } from '../point-list.ts';

/** A chart as it is before somebody chooses what it is of: `$of` and, in expressions, `$period` are put in. */
export interface ReadyChart {
  readonly id: string;
  readonly title: string;
  /** What it is good for, in one sentence. */
  readonly about: string;
  readonly unit: CollectedUnit;
  /** That of the ready alarm about it. */
  readonly threshold?: number;
  readonly queries: readonly MetricQuery[];
}

export interface ReadyDashboard {
  readonly name: string;
  /** The question that it answers. */
  readonly title: string;
  /** What can be chosen: the values of one dimension of a metric. */
  readonly choice: {
    readonly label: string;
    readonly namespace: string;
    readonly metric: string;
    readonly dimension: string;
  };
  readonly charts: readonly ReadyChart[];
}

/** What stands for the chosen value in dimensions and expressions, and for the period of the range that is shown. */
export const OF = '$of';
export const PERIOD = '$period';

type Asked = readonly [name: string, statistic: Statistic, label?: string];

/** Metrics that have only the dimension that was chosen, by the ids m1, m2 … */
export const metricsOf =
  (namespace: string, dimension: string) =>
  (asked: readonly Asked[], returnData = true): readonly MetricQuery[] =>
    asked.map(([name, statistic, label], index) => ({
      ...{ id: `m${index + 1}`, type: 'metric', statistic, periodSeconds: 60, returnData },
      metric: { namespace, name, dimensions: { [dimension]: OF } },
      ...(label === undefined ? {} : { label }),
    }));

export const math = (expression: string, label?: string): MetricQuery => ({
  ...{ id: 'e1', type: 'expression', expression, returnData: true },
  ...(label === undefined ? {} : { label }),
});

/** One line for each value of a further dimension. */
export const each = (schema: string, name: string, statistic: Statistic, where: string): MetricQuery =>
  math(`SEARCH('{${schema}} MetricName="${name}" ${where}="${OF}"', '${statistic}', ${PERIOD})`);

export const chart = (
  id: string,
  unit: CollectedUnit,
  [title, about]: readonly [title: string, about: string],
  queries: readonly MetricQuery[],
  threshold?: number,
): ReadyChart => ({ id, unit, title, about, queries, ...(threshold === undefined ? {} : { threshold }) });
