import { gridOf } from '../metrics/grid.ts';
import { formatValue } from '../metrics/units.ts';
import { SPARK_MS, type Spark } from './use-sparks.ts';

const WIDTH = 168;
const HEIGHT = 30;
const PAD = 3;

/** A line with breaks where nothing is known; a point alone is a dot. */
function pathOf(points: readonly (readonly [x: number, y: number] | undefined)[]): string {
  return points
    .map((point, index) => {
      if (point === undefined) return '';
      const [x, y] = point.map((one) => one.toFixed(1));
      const isFirst = points[index - 1] === undefined;
      const isAlone = isFirst && points[index + 1] === undefined;
      return `${isFirst ? 'M' : 'L'}${x} ${y}${isAlone ? 'h0.8' : ''}`;
    })
    .join('');
}

/** Three hours at a glance, with the threshold as a dashed line. */
export function SparkLine({
  spark,
  threshold,
  unit,
}: {
  readonly spark: Spark | undefined;
  readonly threshold: number;
  readonly unit: string;
}) {
  if (spark === undefined) return <span className="block h-[30px] w-[168px]" />;
  if (spark.values.length === 0) return <span className="text-xs text-ink-3">no data in 3 h</span>;
  const endMs = Date.now();
  const startMs = endMs - SPARK_MS;
  const grid = gridOf([spark], { startMs, endMs }, spark.periodSeconds, endMs);
  const values = grid.rows[0] ?? [];
  const there = values.filter((value) => value !== null);
  const least = Math.min(0, threshold, ...there);
  const most = Math.max(0, threshold, ...there);
  const y = (value: number): number => HEIGHT - PAD - ((value - least) / (most - least || 1)) * (HEIGHT - 2 * PAD);
  const x = (timeMs: number): number => ((timeMs - startMs) / SPARK_MS) * WIDTH;
  const points = values.map((value, index) =>
    value === null ? undefined : ([x(grid.timesMs[index] ?? 0), y(value)] as const),
  );
  const last = there.at(-1) ?? 0;
  const label = `last 3 hours: last ${formatValue(last, unit)}, threshold ${formatValue(threshold, unit)}`;
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      className="block"
    >
      <title>{label}</title>
      <line x1="0" x2={WIDTH} y1={y(threshold)} y2={y(threshold)} stroke="var(--warn)" strokeDasharray="3 3" />
      <path d={pathOf(points)} fill="none" stroke="var(--series-1)" strokeWidth="1.3" strokeLinejoin="round" />
    </svg>
  );
}
