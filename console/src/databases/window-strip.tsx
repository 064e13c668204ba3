import { type KeyboardEvent, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { type Stretch, toSecond } from './restorable.ts';
import { Strip, type StripMark } from './strip.tsx';
import { viewAround } from './strip-scale.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const SPANS = [
  { spanMs: 6 * HOUR, label: '6 h' },
  { spanMs: HOUR, label: '1 h' },
  { spanMs: 10 * MINUTE, label: '10 min' },
  { spanMs: MINUTE, label: '1 min' },
] as const;

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -SECOND,
  ArrowRight: SECOND,
  ArrowDown: -SECOND,
  ArrowUp: SECOND,
  PageDown: -10 * MINUTE,
  PageUp: 10 * MINUTE,
};

interface WindowStripProps {
  readonly domain: Stretch;
  readonly whole: string;
  readonly stretches: readonly Stretch[];
  readonly gaps: readonly Stretch[];
  readonly marks: readonly StripMark[];
  readonly chosenMs: number | undefined;
  readonly onPick: (timeMs: number) => void;
}

/** How near the strip is, and around which moment; 0 is all of it. */
function useZoom(domain: Stretch, chosenMs: number | undefined) {
  const [level, setLevel] = useState(0);
  const [centerMs, setCenterMs] = useState<number>();
  const spanMs = SPANS[level - 1]?.spanMs ?? domain.toMs - domain.fromMs;
  const view = viewAround(domain, centerMs ?? domain.toMs, spanMs);
  const zoom = (next: number): void => {
    setLevel(Math.min(Math.max(next, 0), SPANS.length));
    const mid = (view.fromMs + view.toMs) / 2;
    setCenterMs(chosenMs ?? (level === 0 ? domain.toMs : mid));
  };
  return {
    level,
    view,
    zoom,
    center: setCenterMs,
    pan: (share: number) => setCenterMs((view.fromMs + view.toMs) / 2 + spanMs * share),
  };
}

/** The window in which every second is kept; picked by pointer or keys, as near as wanted. */
export function WindowStrip(props: WindowStripProps) {
  const { domain, chosenMs, onPick, stretches } = props;
  const { level, view, zoom, center, pan } = useZoom(domain, chosenMs);
  const pick = (timeMs: number): void => {
    const second = toSecond(timeMs, domain);
    onPick(second);
    if (second < view.fromMs || second > view.toMs) center(second);
  };
  const onKey = (event: KeyboardEvent): (() => void) | undefined => {
    const { key, shiftKey } = event;
    const step = STEPS[key];
    const fromMs = chosenMs ?? stretches.at(-1)?.toMs ?? domain.toMs;
    if (step !== undefined) return () => pick(fromMs + (shiftKey && key.startsWith('Arrow') ? step * 60 : step));
    if (key === 'Home') return () => pick(stretches.find(({ toMs }) => toMs > domain.fromMs)?.fromMs ?? domain.fromMs);
    if (key === 'End') return () => pick(stretches.at(-1)?.toMs ?? domain.toMs);
    if (key === '+' || key === '=') return () => zoom(level + 1);
    if (key === '-' || key === '−') return () => zoom(level - 1);
    return key === '0' ? () => zoom(0) : undefined;
  };
  return (
    <div>
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-1">
        <h3 className="text-sm">Every second of the last {props.whole}</h3>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form. */}
        <div role="group" aria-label="Zoom" className="no-print flex gap-1">
          {[{ label: props.whole }, ...SPANS].map(({ label }, index) => (
            <Button
              key={label}
              small
              aria-pressed={level === index}
              tone={level === index ? 'plain' : 'quiet'}
              onClick={() => zoom(index)}
            >
              {label}
            </Button>
          ))}
          <Button small aria-label="Earlier" disabled={view.fromMs <= domain.fromMs} onClick={() => pan(-0.6)}>
            ‹
          </Button>
          <Button small aria-label="Later" disabled={view.toMs >= domain.toMs} onClick={() => pan(0.6)}>
            ›
          </Button>
        </div>
      </div>
      <Strip
        label={`Moment to restore, in the last ${props.whole}`}
        view={view}
        stretches={stretches}
        gaps={props.gaps}
        marks={props.marks}
        chosenMs={chosenMs}
        snap={(timeMs) => toSecond(timeMs, domain)}
        onPick={pick}
        onKey={onKey}
      />
    </div>
  );
}
