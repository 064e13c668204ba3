import { formatShortCount } from '../base/format.ts';

const WIDTH = 132;
const HEIGHT = 30;

/** Events over the range as bars; the tallest is labelled, so that two rows can be compared. */
export function Trend({ values }: { readonly values: readonly number[] }) {
  const most = Math.max(0, ...values);
  const step = WIDTH / Math.max(values.length, 1);
  const total = values.reduce((sum, value) => sum + value, 0);
  return (
    <span className="flex items-end gap-1.5">
      <svg
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={`${total} events over time, at most ${most} in a step`}
        className="shrink-0"
      >
        <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line-2)" />
        {values.map((value, index) => {
          const height = value === 0 ? 0 : Math.max(1.5, (value / (most || 1)) * (HEIGHT - 2));
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a step has no other identity than its place.
              key={index}
              x={index * step + 0.5}
              y={HEIGHT - 1 - height}
              width={Math.max(1, step - 1)}
              height={height}
              fill="var(--chart-plain)"
            />
          );
        })}
      </svg>
      <span aria-hidden="true" className="w-9 self-start text-2xs leading-none text-ink-3">
        {most > 0 ? formatShortCount(most) : ''}
      </span>
    </span>
  );
}
