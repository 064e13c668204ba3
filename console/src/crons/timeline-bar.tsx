import type { Timeline } from '../api/issue-types.ts';
import { formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { STEP_KINDS } from './monitor-words.ts';

const HEIGHTS: Readonly<Record<string, number>> = {
  ok: 14,
  inProgress: 14,
  missed: 20,
  timeout: 20,
  error: 20,
  unknown: 10,
};
const HEIGHT = 22;
const NOTHING = 3;

/** Check-ins from left to right: one bar a step, taller and of another colour where something went wrong. */
export function TimelineBar({ timeline, label }: { readonly timeline: Timeline; readonly label: string }) {
  const { zone } = usePreferences();
  const { steps } = timeline;
  const bad = steps.reduce((sum, step) => sum + step.error + step.missed + step.timeout, 0);
  const ok = steps.reduce((sum, step) => sum + step.ok, 0);
  return (
    <svg
      viewBox={`0 0 ${Math.max(steps.length, 1) * 4} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${ok} on time, ${bad} missed, too long or failed`}
      className="block h-[22px] w-full"
    >
      {steps.map((step, index) => {
        const kind = STEP_KINDS.find(({ key }) => step[key] > 0);
        const height = kind === undefined ? NOTHING : (HEIGHTS[kind.key] ?? NOTHING);
        const counts = STEP_KINDS.filter(({ key }) => step[key] > 0).map(
          ({ key, label: word }) => `${step[key]} ${word}`,
        );
        return (
          <rect
            key={step.startMs}
            x={index * 4 + 0.5}
            y={HEIGHT - height}
            width="3"
            height={height}
            fill={kind === undefined ? 'var(--line-2)' : `var(${kind.colour})`}
          >
            <title>{`${formatTime(step.startMs, zone, 'minute')}: ${counts.length === 0 ? 'nothing' : counts.join(', ')}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

/** What the colours of the bars mean. */
export function TimelineKey() {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-3">
      {STEP_KINDS.toReversed().map(({ key, label, colour }) => (
        <li key={key} className="inline-flex items-center gap-1.5">
          <i
            aria-hidden="true"
            className="inline-block w-[5px]"
            style={{ background: `var(${colour})`, height: (HEIGHTS[key] ?? NOTHING) * 0.6 }}
          />
          {label}
        </li>
      ))}
    </ul>
  );
}
