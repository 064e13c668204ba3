import { AGGREGATES, type AggregateName, aggregateAcross } from './aggregate.ts';
import { fillSeries, pickPoints, timesOf } from './fill-series.ts';
import { mapSeries, nameOf, wrongType } from './operators.ts';
import type { MathScope, MathValue, Series } from './types.ts';

/** A function of metric math: arguments are evaluated already. */
export type MathFunction = (args: readonly MathValue[], scope: MathScope, name: string) => MathValue;

/** A function of one argument that works on each series, and on each number where `scalar` is given. */
const each =
  (change: (series: Series) => Series, scalar?: (value: number) => number): MathFunction =>
  (args, _, name) => {
    const [value] = exactly(args, 1, name);
    if (value?.type === 'series') return { type: 'series', series: change(value.series) };
    if (value?.type === 'list') return { type: 'list', list: value.list.map(change) };
    if (value?.type === 'scalar' && scalar !== undefined) return { type: 'scalar', value: scalar(value.value) };
    throw wrongArgument(name, value, scalar === undefined ? 'TS or TS[]' : 'S, TS or TS[]');
  };

const mapped = (change: (value: number) => number): MathFunction => each((series) => mapSeries(series, change), change);

const ofTime = (part: (time: Date) => number): MathFunction =>
  each((series) => mapSeries(series, (_, timeMs) => part(new Date(timeMs))));

/** What follows from a point and the one before it; the first point has none. */
const ofSteps = (change: (step: { readonly rise: number; readonly seconds: number }) => number): MathFunction =>
  each((series) =>
    mapSeries(series, (value, timeMs, index) => {
      const beforeMs = series.timesMs[index - 1];
      if (beforeMs === undefined) return Number.NaN;
      return change({ rise: value - (series.values[index - 1] ?? 0), seconds: (timeMs - beforeMs) / 1000 });
    }),
  );

/** Of one series a number; of several a series. */
const aggregate =
  (name: AggregateName): MathFunction =>
  (args) => {
    const values = args.length === 1 ? args : [listOf(args, name)];
    const [value] = exactly(values, 1, name);
    if (value?.type === 'list') return { type: 'series', series: aggregateAcross(value.list, AGGREGATES[name]) };
    if (value?.type === 'series') {
      return { type: 'scalar', value: AGGREGATES[name](value.series.values) ?? Number.NaN };
    }
    if (value?.type === 'scalar') return { type: 'scalar', value: AGGREGATES[name]([value.value]) ?? Number.NaN };
    throw wrongArgument(name, value, 'TS or TS[]');
  };

export const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map<string, MathFunction>([
  ['ABS', mapped(Math.abs)],
  ['CEIL', mapped(Math.ceil)],
  ['FLOOR', mapped(Math.floor)],
  ['LOG', mapped(Math.log)],
  ['LOG10', mapped(Math.log10)],
  ['SUM', aggregate('SUM')],
  ['AVG', aggregate('AVG')],
  ['MIN', aggregate('MIN')],
  ['MAX', aggregate('MAX')],
  ['STDDEV', aggregate('STDDEV')],
  ['DIFF', ofSteps(({ rise }) => rise)],
  ['DIFF_TIME', ofSteps(({ seconds }) => seconds)],
  ['RATE', ofSteps(({ rise, seconds }) => rise / seconds)],
  ['RUNNING_SUM', each(runningSum)],
  ['MINUTE', ofTime((time) => time.getUTCMinutes())],
  ['HOUR', ofTime((time) => time.getUTCHours())],
  // Monday is 1 and Sunday 7.
  ['DAY', ofTime((time) => ((time.getUTCDay() + 6) % 7) + 1)],
  ['DATE', ofTime((time) => time.getUTCDate())],
  ['MONTH', ofTime((time) => time.getUTCMonth() + 1)],
  ['YEAR', ofTime((time) => time.getUTCFullYear())],
  ['EPOCH', ofTime((time) => Math.floor(time.getTime() / 1000))],
  ['PERIOD', period],
  ['DATAPOINT_COUNT', datapointCount],
  ['TIME_SERIES', timeSeries],
  ['METRICS', metrics],
  ['FILL', fill],
  ['IF', choose],
  ['FIRST', (args, _, name) => ({ type: 'series', series: pickOne(args, name, 0) })],
  ['LAST', (args, _, name) => ({ type: 'series', series: pickOne(args, name, -1) })],
  ['REMOVE_EMPTY', removeEmpty],
  ['SORT', sort],
  ['SLICE', slice],
]);

/** Functions of CloudWatch that ask for what is not here; refused by name. */
export const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set([
  'ANOMALY_DETECTION_BAND',
  'INSIGHT_RULE_METRIC',
  'DB_PERF_INSIGHTS',
  'LAMBDA',
  'SERVICE_QUOTA',
  'RESOURCE_TAGS',
]);

function runningSum(series: Series): Series {
  let total = 0;
  return mapSeries(series, (value) => {
    total += value;
    return total;
  });
}

function period(args: readonly MathValue[], _: MathScope, name: string): MathValue {
  const [value] = exactly(args, 1, name);
  if (value?.type === 'series') return { type: 'scalar', value: value.series.periodSeconds };
  throw wrongArgument(name, value, 'TS');
}

function datapointCount(args: readonly MathValue[], _: MathScope, name: string): MathValue {
  const [value] = exactly(args, 1, name);
  if (value?.type === 'series') return { type: 'scalar', value: value.series.values.length };
  if (value?.type === 'list') return { type: 'series', series: aggregateAcross(value.list, (values) => values.length) };
  throw wrongArgument(name, value, 'TS or TS[]');
}

function timeSeries(args: readonly MathValue[], scope: MathScope, name: string): MathValue {
  const [value] = exactly(args, 1, name);
  if (value?.type === 'series') return value;
  if (value?.type !== 'scalar') throw wrongArgument(name, value, 'S');
  const timesMs = Number.isFinite(value.value) ? timesOf(scope.range, scope.range.periodSeconds) : [];
  const { periodSeconds } = scope.range;
  return { type: 'series', series: { label: '', periodSeconds, timesMs, values: timesMs.map(() => value.value) } };
}

function metrics(args: readonly MathValue[], scope: MathScope, name: string): MathValue {
  const [part] = args;
  if (args.length > 1 || (part !== undefined && part.type !== 'text'))
    throw wrongArgument(name, part, 'a text or nothing');
  const wanted = part?.type === 'text' ? part.text : '';
  const list = scope.metrics().filter(({ id }) => id.includes(wanted));
  return { type: 'list', list: list.map(({ series }) => series) };
}

function fill(args: readonly MathValue[], scope: MathScope, name: string): MathValue {
  const [target, how] = exactly(args, 2, name);
  const isWay = how?.type === 'scalar' || (how?.type === 'word' && (how.word === 'REPEAT' || how.word === 'LINEAR'));
  if (!isWay) throw wrongArgument(name, how, 'S, REPEAT or LINEAR as its second argument');
  const way = how.type === 'scalar' ? how.value : (how.word as 'REPEAT' | 'LINEAR');
  if (target?.type === 'series') return { type: 'series', series: fillSeries(target.series, way, scope.range) };
  if (target?.type === 'list') {
    return { type: 'list', list: target.list.map((series) => fillSeries(series, way, scope.range)) };
  }
  throw wrongArgument(name, target, 'TS or TS[] as its first argument');
}

function choose(args: readonly MathValue[], _: MathScope, name: string): MathValue {
  if (args.length < 2 || args.length > 3)
    throw wrongType(`the function ${name}`, `${args.length} arguments`, 'two or three');
  const [condition, whenTrue, whenFalse] = args;
  for (const branch of [whenTrue, whenFalse]) {
    if (branch !== undefined && branch.type !== 'scalar' && branch.type !== 'series') {
      throw wrongArgument(name, branch, 'S or TS as its values');
    }
  }
  if (condition?.type === 'scalar') {
    if (whenTrue !== undefined && condition.value !== 0) return whenTrue;
    return whenFalse ?? { type: 'series', series: { label: '', periodSeconds: 60, timesMs: [], values: [] } };
  }
  if (condition?.type !== 'series') throw wrongArgument(name, condition, 'S or TS as its condition');
  return { type: 'series', series: pickPoints(condition.series, valuesOf(whenTrue), valuesOf(whenFalse)) };
}

const valuesOf = (value: MathValue | undefined): number | Series | undefined =>
  value?.type === 'scalar' ? value.value : value?.type === 'series' ? value.series : undefined;

function pickOne(args: readonly MathValue[], name: string, index: 0 | -1): Series {
  const [value] = exactly(args, 1, name);
  if (value?.type !== 'list') throw wrongArgument(name, value, 'TS[]');
  return value.list.at(index) ?? { label: '', periodSeconds: 60, timesMs: [], values: [] };
}

function removeEmpty(args: readonly MathValue[], _: MathScope, name: string): MathValue {
  const [value] = exactly(args, 1, name);
  if (value?.type !== 'list') throw wrongArgument(name, value, 'TS[]');
  return { type: 'list', list: value.list.filter(({ values }) => values.length > 0) };
}

function sort(args: readonly MathValue[], _: MathScope, name: string): MathValue {
  const [list, by, order, limit] = args;
  if (args.length < 3 || args.length > 4)
    throw wrongType(`the function ${name}`, `${args.length} arguments`, 'three or four');
  if (list?.type !== 'list') throw wrongArgument(name, list, 'TS[] as its first argument');
  if (by?.type !== 'word' || !Object.hasOwn(AGGREGATES, by.word))
    throw wrongArgument(name, by, 'AVG, MIN, MAX, SUM or STDDEV');
  if (order?.type !== 'word' || (order.word !== 'ASC' && order.word !== 'DESC'))
    throw wrongArgument(name, order, 'ASC or DESC');
  if (limit !== undefined && limit.type !== 'scalar') throw wrongArgument(name, limit, 'S as its last argument');
  const worth = AGGREGATES[by.word as AggregateName];
  const sign = order.word === 'ASC' ? 1 : -1;
  const sorted = list.list
    .map((series) => ({ series, worth: worth(series.values) }))
    // A series without points has no worth, and comes last whichever way.
    .sort((a, b) =>
      a.worth === undefined || b.worth === undefined
        ? Number(a.worth === undefined) - Number(b.worth === undefined)
        : (a.worth - b.worth) * sign,
    )
    .map(({ series }) => series);
  return { type: 'list', list: limit === undefined ? sorted : sorted.slice(0, Math.max(0, limit.value)) };
}

function slice(args: readonly MathValue[], _: MathScope, name: string): MathValue {
  const [list, from, to] = args;
  if (args.length < 2 || args.length > 3)
    throw wrongType(`the function ${name}`, `${args.length} arguments`, 'two or three');
  if (list?.type !== 'list') throw wrongArgument(name, list, 'TS[] as its first argument');
  if (from?.type !== 'scalar' || (to !== undefined && to.type !== 'scalar'))
    throw wrongArgument(name, from, 'S as its bounds');
  return { type: 'list', list: list.list.slice(from.value, to?.type === 'scalar' ? to.value : undefined) };
}

function listOf(args: readonly MathValue[], name: string): MathValue {
  const list = args.map((value) => {
    if (value.type !== 'series') throw wrongArgument(name, value, 'TS, TS[], or several TS');
    return value.series;
  });
  return { type: 'list', list };
}

function exactly(args: readonly MathValue[], count: number, name: string): readonly MathValue[] {
  if (args.length === count) return args;
  throw wrongType(`the function ${name}`, `${args.length} arguments`, String(count));
}

const wrongArgument = (name: string, value: MathValue | undefined, wanted: string): Error =>
  wrongType(`the function ${name}`, value === undefined ? 'nothing' : nameOf(value), wanted);
