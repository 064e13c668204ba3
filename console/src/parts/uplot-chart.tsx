import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatTime, type Zone } from '../base/format.ts';
import { useDark, usePreferences } from '../base/preferences.ts';

export interface ChartSeries {
  readonly label: string;
  /** Name of a colour token: `--chart-error`. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly shape: 'bars' | 'line' | 'points';
  /** Measured by the axis on the right, which has a unit of its own. */
  readonly right?: boolean;
  /** False for a thin line: only points that stand alone are dots. */
  readonly dots?: boolean;
}

export interface ChartSpec {
  /** What a screen reader says; the same numbers stand in a table beside the chart. */
  readonly label: string;
  readonly height: number;
  readonly timesMs: readonly number[];
  /** Drawn in this order, each over the one before; bars may be given as running totals to stack. */
  readonly series: readonly ChartSeries[];
  readonly formatValue: (value: number) => string;
  /** Of the axis on the right, where some series needs one. */
  readonly formatRight?: (value: number) => string;
  /** Room for the words of an axis. */
  readonly axisWidth?: number;
  /** Distances between the lines of the value axis; powers of ten when absent. */
  readonly valueSteps?: readonly number[];
  readonly span?: { readonly startMs: number; readonly endMs: number };
  /** Width of one bar in time. */
  readonly bucketMs?: number;
  readonly onBrush?: (span: { readonly startMs: number; readonly endMs: number }) => void;
  readonly onHover?: (index: number | undefined) => void;
  /** Charts with the same name share the crosshair. */
  readonly crosshair?: string;
  /** For days that are counted in UTC whatever clock the page shows. */
  readonly zone?: Zone;
  readonly threshold?: { readonly value: number; readonly label: string };
  /** Moments that matter, as dashed lines from top to bottom: releases. */
  readonly marks?: readonly { readonly timeMs: number; readonly label: string }[];
}

const BRUSH_PIXELS_MIN = 4;
/** More points than this melt into a thick line and say nothing. */
const POINTS_MAX = 80;

const colourOf = (token: string): string => getComputedStyle(document.documentElement).getPropertyValue(token).trim();

/** Points with nothing on either side: a line cannot show them. */
function lonePoints(values: readonly (number | null)[]): number[] {
  const isGap = (index: number): boolean => (values[index] ?? null) === null;
  return values.flatMap((_, index) => (!isGap(index) && isGap(index - 1) && isGap(index + 1) ? [index] : []));
}

function seriesOptions(series: ChartSeries): uPlot.Series {
  const colour = colourOf(series.colour);
  const common = { label: series.label, stroke: colour, scale: series.right === true ? 'right' : 'y' };
  if (series.shape === 'points')
    return { ...common, width: 0, points: { show: true, size: 7, width: 2, fill: colour, stroke: colour } };
  if (series.shape === 'line')
    return {
      ...common,
      width: 1.5,
      points:
        series.dots !== false && series.values.length <= POINTS_MAX
          ? { show: true, size: 4, fill: colour }
          : { show: false, size: 4, fill: colour, filter: () => lonePoints(series.values) },
    };
  const bars = uPlot.paths.bars;
  return {
    ...common,
    width: 0,
    fill: colour,
    points: { show: false },
    // Bars stand between the start of their bucket and the next one.
    ...(bars === undefined ? {} : { paths: bars({ size: [0.86, 60, 1], align: 1 }) }),
  };
}

function timeLabels(
  zone: Zone,
): (chart: uPlot, splits: number[], axis: number, space: number, step: number) => string[] {
  return (_chart, splits, _axis, _space, step) => {
    const precision = step >= 86_400_000 ? 'day' : step >= 60_000 ? 'minute' : 'second';
    let lastDay = '';
    return splits.map((split) => {
      const text = formatTime(split, zone, precision);
      if (precision === 'day') return text.slice(5);
      const day = text.slice(0, 10);
      const isNewDay = day !== lastDay && lastDay !== '';
      lastDay = day;
      return isNewDay ? text.slice(5) : text.slice(11);
    });
  };
}

const TIME_STEPS = [
  1000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000,
  21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
];

function axes(spec: ChartSpec, zone: Zone): uPlot.Axis[] {
  const common = {
    stroke: colourOf('--ink-3'),
    font: `11px ${getComputedStyle(document.documentElement).fontFamily}`,
    ticks: { show: false },
  };
  const grid = { stroke: colourOf('--line'), width: 1 };
  const { axisWidth: size = 52, formatRight } = spec;
  const right = {
    ...common,
    ...{ scale: 'right', side: 1, grid: { show: false }, gap: 6, size, space: 28 },
    values: (_chart: uPlot, splits: number[]) => splits.map((split) => formatRight?.(split) ?? ''),
  };
  return [
    { ...common, grid: { show: false }, gap: 4, size: 24, space: 90, incrs: TIME_STEPS, values: timeLabels(zone) },
    {
      ...common,
      grid,
      gap: 6,
      size,
      space: 28,
      ...(spec.valueSteps === undefined ? {} : { incrs: [...spec.valueSteps] }),
      values: (_chart, splits) => splits.map((split) => spec.formatValue(split)),
    },
    ...(formatRight === undefined ? [] : [right]),
  ];
}

/** Dashed lines from top to bottom. Words would cover the bars; they are told where the pointer is read. */
function drawMarks(chart: uPlot, marks: NonNullable<ChartSpec['marks']>): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = colourOf('--accent');
  ctx.setLineDash([3, 3]);
  for (const { timeMs } of marks) {
    const x = Math.round(chart.valToPos(timeMs, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** A dashed line with its word: what is allowed. */
function drawThreshold(chart: uPlot, threshold: NonNullable<ChartSpec['threshold']>): void {
  const y = Math.round(chart.valToPos(threshold.value, 'y', true)) + 0.5;
  const { ctx, bbox } = chart;
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = colourOf('--warn');
  ctx.fillStyle = colourOf('--warn');
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText(threshold.label, bbox.left + bbox.width, y - 3);
  ctx.restore();
}

function brushHook(spec: ChartSpec): (chart: uPlot) => void {
  return (chart) => {
    const { left, width } = chart.select;
    if (width < BRUSH_PIXELS_MIN || spec.onBrush === undefined) return;
    const startMs = Math.floor(chart.posToVal(left, 'x'));
    const endMs = Math.ceil(chart.posToVal(left + width, 'x'));
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    spec.onBrush({ startMs, endMs });
  };
}

/** From zero, or from below it where something is; a little air over the highest. */
function valueRange(low: number | null, high: number | null, threshold?: number): uPlot.Range.MinMax {
  const least = Math.min(0, low ?? 0, threshold ?? 0);
  const most = Math.max(0, high ?? 0, threshold ?? 0);
  return least === most ? [0, 1] : [least * 1.08, most * 1.08];
}

function optionsOf(spec: ChartSpec, zone: Zone, width: number): uPlot.Options {
  const { span, threshold, marks } = spec;
  return {
    width,
    height: spec.height,
    ms: 1,
    legend: { show: false },
    padding: [8, 4, 0, 0],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: spec.onBrush !== undefined, y: false, setScale: false },
      ...(spec.crosshair === undefined ? {} : { sync: { key: spec.crosshair, setSeries: false } }),
    },
    scales: {
      x: { time: true, ...(span === undefined ? {} : { range: () => [span.startMs, span.endMs] }) },
      y: { range: (_chart, low, high) => valueRange(low, high, threshold?.value) },
      ...(spec.formatRight === undefined
        ? {}
        : { right: { range: (_chart: uPlot, low: number, high: number) => valueRange(low, high) } }),
    },
    axes: axes(spec, zone),
    series: [{}, ...spec.series.map(seriesOptions)],
    hooks: {
      setSelect: [brushHook(spec)],
      setCursor: [(chart) => spec.onHover?.(chart.cursor.idx ?? undefined)],
      draw: [
        ...(threshold === undefined ? [] : [(chart: uPlot) => drawThreshold(chart, threshold)]),
        ...(marks === undefined ? [] : [(chart: uPlot) => drawMarks(chart, marks)]),
      ],
    },
  };
}

const EMPTY_WIDTH = 300;

/** Thin React skin over uPlot: made anew when the picture changes, resized with its box. */
export function UplotChart({ spec }: { readonly spec: ChartSpec }) {
  const box = useRef<HTMLDivElement>(null);
  const dark = useDark();
  const { zone } = usePreferences();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the style sheet, which `dark` changes.
  useEffect(() => {
    const parent = box.current;
    if (parent === null) return;
    const data = [spec.timesMs, ...spec.series.map((series) => series.values)] as unknown as uPlot.AlignedData;
    const chart = new uPlot(optionsOf(spec, spec.zone ?? zone, parent.clientWidth || EMPTY_WIDTH), data, parent);
    const resize = new ResizeObserver(() => {
      if (parent.clientWidth > 0) chart.setSize({ width: parent.clientWidth, height: spec.height });
    });
    resize.observe(parent);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [spec, dark, zone]);
  return <div ref={box} className="w-full" />;
}
