import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { formatTime, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { isRestorable, type Stretch } from './restorable.ts';
import { ticksOf } from './strip-scale.ts';

export interface StripMark {
  readonly timeMs: number;
  readonly type: 'snapshot' | 'point' | 'passed' | 'failed';
  readonly label: string;
}

interface StripProps {
  readonly label: string;
  readonly view: Stretch;
  readonly stretches: readonly Stretch[];
  readonly gaps: readonly Stretch[];
  readonly marks: readonly StripMark[];
  readonly chosenMs: number | undefined;
  /** What the pointer means at a time: itself, or the nearest thing that can be picked. */
  readonly snap: (timeMs: number) => number;
  readonly onPick: (timeMs: number) => void;
  /** The key's meaning on this strip; undefined leaves it to the page. */
  readonly onKey: (event: KeyboardEvent) => (() => void) | undefined;
}

const LANE = 20;
const BAND = 30;
const HEIGHT = LANE + BAND + 20;

/** The width of an element in pixels, as it is now. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setWidth(Math.max(120, element.clientWidth)));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return { box, width };
}

const MID = LANE + BAND / 2;

/** Square: a snapshot. Flag: a named point. Disc and diamond: the target of a drill that passed or failed. */
export function MarkShape({ type, x }: { readonly type: StripMark['type']; readonly x: number }) {
  if (type === 'snapshot')
    return <rect x={x - 4} y={MID - 4} width="8" height="8" fill="var(--ink)" stroke="var(--sheet)" />;
  if (type === 'point')
    return (
      <path d={`M${x} ${LANE}V3h9l-3 3.5 3 3.5h-9`} fill="var(--accent)" stroke="var(--accent)" strokeWidth="1.4" />
    );
  if (type === 'passed') return <circle cx={x} cy={LANE - 7} r="4" fill="var(--proven)" />;
  return <path d={`M${x} ${LANE - 13}l5.5 5.5l-5.5 5.5l-5.5-5.5Z`} fill="var(--broken)" />;
}

function Hatch({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--broken-soft)" />
        <path d="M0 0V6" stroke="var(--broken)" strokeWidth="1.6" />
      </pattern>
    </defs>
  );
}

function Band({
  stretches,
  gaps,
  xOf,
  width,
}: Pick<StripProps, 'stretches' | 'gaps'> & { readonly xOf: (timeMs: number) => number; readonly width: number }) {
  const hatch = useId().replace(/\W/g, '');
  const bar = ({ fromMs, toMs }: Stretch, minimum: number) => {
    const x = Math.max(0, xOf(fromMs));
    return { x, width: Math.max(minimum, Math.min(width, xOf(toMs)) - x) };
  };
  const seen = ({ fromMs, toMs }: Stretch): boolean => xOf(toMs) > 0 && xOf(fromMs) < width;
  return (
    <>
      <Hatch id={hatch} />
      <rect x="0.5" y={LANE + 0.5} width={width - 1} height={BAND - 1} fill="var(--sunk)" stroke="var(--line)" />
      {gaps.filter(seen).map((gap) => (
        <rect key={gap.fromMs} y={LANE} height={BAND} fill={`url(#${hatch})`} {...bar(gap, 3)}>
          <title>Gap: these seconds cannot be had back</title>
        </rect>
      ))}
      {stretches.filter(seen).map((stretch) => (
        <g key={stretch.fromMs}>
          <rect y={LANE} height={BAND} fill="var(--accent-soft)" {...bar(stretch, 1)} />
          <rect y={LANE} height="3" fill="var(--accent)" {...bar(stretch, 1)} />
        </g>
      ))}
    </>
  );
}

function usePointer({ view, snap, onPick }: Pick<StripProps, 'view' | 'snap' | 'onPick'>, width: number) {
  const [hoverMs, setHoverMs] = useState<number>();
  const [dragMs, setDragMs] = useState<number>();
  const timeAt = (event: PointerEvent<SVGSVGElement>): number => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return snap(view.fromMs + share * (view.toMs - view.fromMs));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragMs(timeAt(event));
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      const timeMs = timeAt(event);
      setHoverMs(timeMs);
      if (dragMs !== undefined) setDragMs(timeMs);
    },
    onPointerUp: (event: PointerEvent<SVGSVGElement>) => {
      if (dragMs === undefined) return;
      setDragMs(undefined);
      onPick(timeAt(event));
    },
    onPointerCancel: () => setDragMs(undefined),
    onPointerLeave: () => setHoverMs(undefined),
  };
  return { hoverMs, dragMs, handlers };
}

function Chosen({ x }: { readonly x: number }) {
  return (
    <g pointerEvents="none">
      <path d={`M${x} 2V${LANE + BAND}`} stroke="var(--ink)" strokeWidth="2" />
      <path d={`M${x - 6} 0h12l-6 8Z`} fill="var(--ink)" />
    </g>
  );
}

function Axis({
  view,
  width,
  xOf,
}: {
  readonly view: Stretch;
  readonly width: number;
  readonly xOf: (timeMs: number) => number;
}) {
  const { zone } = usePreferences();
  return ticksOf(view, width, zone).map(({ timeMs, text }) => {
    const x = xOf(timeMs);
    const half = text.length * 3.2;
    return (
      <g key={timeMs}>
        <path d={`M${x} ${LANE + BAND}v4`} stroke="var(--line-2)" />
        <text
          x={Math.min(width - half, Math.max(half, x))}
          y={HEIGHT - 3}
          textAnchor="middle"
          fontSize="11"
          fill="var(--ink-3)"
        >
          {text}
        </text>
      </g>
    );
  });
}

/** What the pointer is over, or what is picked, in words. */
function useReadout(props: StripProps, atMs: number | undefined): string {
  const { zone } = usePreferences();
  if (atMs === undefined) return '';
  const near = (props.view.toMs - props.view.fromMs) / 200;
  const mark = props.marks
    .filter(({ timeMs }) => Math.abs(timeMs - atMs) <= near)
    .sort((a, b) => Math.abs(a.timeMs - atMs) - Math.abs(b.timeMs - atMs))[0];
  const state = isRestorable(props.stretches, atMs) ? 'restorable' : 'not restorable to the second';
  return `${formatTime(atMs, zone)} ${zoneName(zone, atMs)}, ${mark?.label ?? state}`;
}

/** A stretch of time from left to right: what of it can be had back, what is marked on it, and the picked moment. */
export function Strip(props: StripProps) {
  const { view, chosenMs } = props;
  const { box, width } = useWidth();
  const { hoverMs, dragMs, handlers } = usePointer(props, width);
  const xOf = (timeMs: number): number => ((timeMs - view.fromMs) / (view.toMs - view.fromMs)) * width;
  const shownMs = dragMs ?? chosenMs;
  const valueMs = Math.min(Math.max(shownMs ?? view.toMs, view.fromMs), view.toMs);
  const readout = useReadout(props, dragMs ?? hoverMs);
  const chosenText = useReadout(props, shownMs);
  const inView = (timeMs: number): boolean => timeMs >= view.fromMs && timeMs <= view.toMs;
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : props.onKey(event);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <div>
      <p aria-hidden="true" className="min-h-5 truncate text-xs text-ink-2">
        {readout}
      </p>
      <div
        ref={box}
        role="slider"
        tabIndex={0}
        aria-label={props.label}
        aria-valuemin={Math.floor(view.fromMs / 1000)}
        aria-valuemax={Math.floor(view.toMs / 1000)}
        aria-valuenow={Math.floor(valueMs / 1000)}
        aria-valuetext={chosenText === '' ? 'nothing picked' : chosenText}
        onKeyDown={onKeyDown}
        className="cursor-crosshair touch-pan-y select-none"
      >
        <svg width={width} height={HEIGHT} aria-hidden="true" className="block overflow-visible" {...handlers}>
          <Band stretches={props.stretches} gaps={props.gaps} xOf={xOf} width={width} />
          <Axis view={view} width={width} xOf={xOf} />
          {props.marks
            .filter(({ timeMs }) => inView(timeMs))
            .map((mark) => (
              <MarkShape key={`${mark.type} ${mark.timeMs} ${mark.label}`} type={mark.type} x={xOf(mark.timeMs)} />
            ))}
          {hoverMs !== undefined && (
            <path
              d={`M${xOf(hoverMs)} ${LANE}v${BAND}`}
              stroke="var(--ink-3)"
              strokeDasharray="3 3"
              pointerEvents="none"
            />
          )}
          {shownMs !== undefined && inView(shownMs) && <Chosen x={xOf(shownMs)} />}
        </svg>
      </div>
    </div>
  );
}
