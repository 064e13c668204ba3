import { type CompileContext, refuse } from './compile-context.ts';
import { arg, type FunctionCall, type FunctionSpec } from './function-spec.ts';
import { INSIGHTS_LIMITS } from './insights-limits.ts';
import { readPeriod } from './periods.ts';
import { any, jsonOf, millisecondsOf, NULL_VALUE, number, numberOf, textOf, type Value } from './value.ts';

const aggregateNumber =
  (build: (operand: string) => string) =>
  (call: FunctionCall): Value =>
    number(`toFloat64(${build(numberOf(arg(call, 0)))})`);

function count(call: FunctionCall): Value {
  const field = call.args[0];
  return number(field === undefined ? 'toFloat64(count())' : `toFloat64(count(${textOf(field)}))`);
}

/** The largest or smallest number where there are numbers, else the last or first text. */
const extreme =
  (name: 'max' | 'min') =>
  (call: FunctionCall): Value => {
    const value = arg(call, 0);
    if (value.type === 'number' || value.type === 'time' || value.type === 'boolean') {
      return { sql: `${name}(${value.sql})`, type: value.type };
    }
    const numeric = numberOf(value);
    const text = `if(count(${numeric}) > 0, toString(${name}(${numeric})), ${name}(${textOf(value)}))`;
    return { ...any(text), numberSql: `${name}(${numeric})`, prefersNumber: true };
  };

function percentile(call: FunctionCall): Value {
  const level = arg(call, 1).constant;
  if (typeof level !== 'number' || level < 0 || level > 100) {
    const span = call.nodes[1]?.span ?? call.span;
    return refuse(
      call.context,
      span,
      'the percentile must be a number from 0 to 100',
      'write for example pct(durationMs, 95)',
    );
  }
  return number(`toFloat64(quantileExact(${level / 100})(${numberOf(arg(call, 0))}))`);
}

const eventTime = (context: CompileContext, call: FunctionCall): Value =>
  context.resolve(['@timestamp'], '@timestamp', call.span);

const byTime =
  (name: 'argMin' | 'argMax') =>
  (call: FunctionCall): Value => {
    const value = arg(call, 0);
    const at = eventTime(call.context, call);
    return { sql: `${name}(${value.sql}, ${at.orderSql ?? at.sql})`, type: value.type };
  };

const byOrder =
  (name: 'argMin' | 'argMax') =>
  (call: FunctionCall): Value => {
    const value = arg(call, 0);
    if (value.type === 'number' || value.type === 'time')
      return { sql: `${name}(${value.sql}, ${value.sql})`, type: value.type };
    const [text, numeric] = [textOf(value), numberOf(value)];
    const order = `(isNotNull(${numeric}), ifNull(${numeric}, 0), naturalSortKey(ifNull(${text}, '')))`;
    return any(`${name}(${text}, ${order})`);
  };

function topk(call: FunctionCall): Value {
  const size = arg(call, 0).constant;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > INSIGHTS_LIMITS.collectedValues) {
    const span = call.nodes[0]?.span ?? call.span;
    return refuse(
      call.context,
      span,
      'topk needs a whole number first',
      `write for example topk(10, path), at most ${INSIGHTS_LIMITS.collectedValues}`,
    );
  }
  return any(jsonOf(`topK(${size})(${textOf(arg(call, 1))})`));
}

/** By how much a counter grew for each period between the first and the last event that carry it. */
function rate(call: FunctionCall): Value {
  const period = readPeriod(call.context, call.nodes[1], call.span);
  if (period === undefined) return NULL_VALUE;
  if (period.type === 'calendar') {
    return refuse(
      call.context,
      call.nodes[1]?.span ?? call.span,
      'rate needs a period of fixed length',
      'write for example 1m',
    );
  }
  const at = millisecondsOf(eventTime(call.context, call));
  const value = numberOf(arg(call, 0));
  const has = `isNotNull(${value})`;
  const grown = `argMax(${value}, ${at}) - argMin(${value}, ${at})`;
  return number(
    `((${grown}) / nullIf(toFloat64(maxIf(${at}, ${has}) - minIf(${at}, ${has})) / ${period.milliseconds}, 0))`,
  );
}

const spec = (
  name: string,
  signature: string,
  help: string,
  example: string,
  arity: readonly [number, number],
  compile: FunctionSpec['compile'],
): FunctionSpec => ({ name, family: 'aggregation', signature, help, example, arity, compile });

export const aggregations: readonly FunctionSpec[] = [
  spec(
    'count',
    'count(*) or count(field)',
    'Number of events, or of events that have the field.',
    'stats count(*) as events by service',
    [0, 1],
    count,
  ),
  spec(
    'countDistinct',
    'countDistinct(field)',
    'Number of different values; an estimate from some ten thousand on.',
    'stats countDistinct(user) as users by bin(1h)',
    [1, 1],
    (call) => number(`toFloat64(uniqCombined64(${textOf(arg(call, 0))}))`),
  ),
  spec(
    'sum',
    'sum(field)',
    'Sum of the numbers.',
    'stats sum(bytes) as bytes by service',
    [1, 1],
    aggregateNumber((operand) => `sum(${operand})`),
  ),
  spec(
    'avg',
    'avg(field)',
    'Mean of the numbers.',
    'stats avg(durationMs) by path',
    [1, 1],
    aggregateNumber((operand) => `avg(${operand})`),
  ),
  spec('min', 'min(field)', 'The smallest value.', 'stats min(durationMs), max(durationMs)', [1, 1], extreme('min')),
  spec(
    'max',
    'max(field)',
    'The largest value.',
    'stats max(@timestamp) as lastSeen by service',
    [1, 1],
    extreme('max'),
  ),
  spec(
    'pct',
    'pct(field, percent)',
    'The value that so many per cent of the values do not exceed.',
    'stats pct(durationMs, 99) as p99 by bin(5m)',
    [2, 2],
    percentile,
  ),
  spec(
    'median',
    'median(field)',
    'The middle value.',
    'stats median(durationMs) by service',
    [1, 1],
    aggregateNumber((operand) => `quantileExactInclusive(0.5)(${operand})`),
  ),
  spec(
    'stddev',
    'stddev(field)',
    'Standard deviation, of the whole population.',
    'stats stddev(durationMs)',
    [1, 1],
    aggregateNumber((operand) => `stddevPop(${operand})`),
  ),
  spec(
    'variance',
    'variance(field)',
    'Variance, of the whole population.',
    'stats variance(durationMs)',
    [1, 1],
    aggregateNumber((operand) => `varPop(${operand})`),
  ),
  spec(
    'values',
    'values(field)',
    `A list of the different values, at most ${INSIGHTS_LIMITS.collectedValues}.`,
    'stats values(service) by traceId',
    [1, 1],
    (call) => any(jsonOf(`arraySort(groupUniqArray(${INSIGHTS_LIMITS.collectedValues})(${textOf(arg(call, 0))}))`)),
  ),
  spec(
    'topk',
    'topk(count, field)',
    'A list of the most frequent values, an estimate.',
    'stats topk(5, path) by service',
    [2, 2],
    topk,
  ),
  spec(
    'earliest',
    'earliest(field)',
    'The value in the earliest event that has one.',
    'stats earliest(status) by traceId',
    [1, 1],
    byTime('argMin'),
  ),
  spec(
    'latest',
    'latest(field)',
    'The value in the latest event that has one.',
    'stats latest(@message) by service',
    [1, 1],
    byTime('argMax'),
  ),
  spec(
    'sortsFirst',
    'sortsFirst(field)',
    'The value that sorts first.',
    'stats sortsFirst(version) by service',
    [1, 1],
    byOrder('argMin'),
  ),
  spec(
    'sortsLast',
    'sortsLast(field)',
    'The value that sorts last.',
    'stats sortsLast(version) by service',
    [1, 1],
    byOrder('argMax'),
  ),
  {
    ...spec(
      'rate',
      'rate(field, period)',
      'By how much a counter grew for each period.',
      'stats rate(requestsTotal, 1m) by service',
      [2, 2],
      rate,
    ),
    raw: [1],
  },
  spec(
    'countOverTime',
    'countOverTime(field)',
    'Number of events that have the field, for each bin.',
    'stats countOverTime(errorCode) by bin(5m)',
    [1, 1],
    count,
  ),
  spec(
    'sumOverTime',
    'sumOverTime(field)',
    'Sum of the field, for each bin.',
    'stats sumOverTime(bytes) by bin(5m)',
    [1, 1],
    aggregateNumber((operand) => `sum(${operand})`),
  ),
];
