import { refuse } from './compile-context.ts';
import { arg, type FunctionCall, type FunctionSpec } from './function-spec.ts';
import { ceilTo, floorTo, readPeriod } from './periods.ts';
import { dateTimeOf, millisecondsOf, NULL_VALUE, number, string, textOf, time, type Value } from './value.ts';

function bin(call: FunctionCall): Value {
  const period = readPeriod(call.context, call.nodes[0], call.span);
  const timestamp = call.context.resolve(['@timestamp'], '@timestamp', call.span);
  return period === undefined ? NULL_VALUE : time(floorTo(timestamp, period));
}

const rounded =
  (round: typeof floorTo) =>
  (call: FunctionCall): Value => {
    const period = readPeriod(call.context, call.nodes[1], call.span);
    return period === undefined ? NULL_VALUE : time(round(arg(call, 0), period));
  };

/** The letters of Java's date formats that the engine knows. */
const JODA = /^(?:[GCYyeEDMdaKhHksmSz]|[^A-Za-z]|'[^']*')*$/;

function formatOf(call: FunctionCall): string | undefined {
  const node = call.nodes[1];
  const written = node?.type === 'literal' ? node.value : undefined;
  if (typeof written === 'string' && JODA.test(written)) return call.context.parameters.text(written);
  refuse(
    call.context,
    node?.span ?? call.span,
    typeof written === 'string'
      ? 'this format has letters that are not known'
      : 'the format must be written out as text',
    `use for example "yyyy-MM-dd'T'HH:mm:ss.SSS"; letters that stand for themselves go in single quotes`,
  );
  return undefined;
}

function formatDate(call: FunctionCall): Value {
  const format = formatOf(call);
  return format === undefined
    ? NULL_VALUE
    : string(`formatDateTimeInJodaSyntax(${dateTimeOf(arg(call, 0))}, ${format})`);
}

function parseDate(call: FunctionCall): Value {
  const format = formatOf(call);
  if (format === undefined) return NULL_VALUE;
  const parsed = `parseDateTime64InJodaSyntaxOrNull(${textOf(arg(call, 0))}, ${format}, 'UTC')`;
  return time(`toUnixTimestamp64Milli(CAST(${parsed}, 'Nullable(DateTime64(3, \\'UTC\\'))'))`);
}

/** C's codes, and the engine's where they differ. */
const STRFTIME: Readonly<Record<string, string>> = {
  a: '%a',
  A: '%W',
  b: '%b',
  B: '%M',
  d: '%d',
  e: '%e',
  F: '%Y-%m-%d',
  H: '%H',
  I: '%I',
  j: '%j',
  m: '%m',
  M: '%i',
  p: '%p',
  S: '%S',
  T: '%H:%i:%S',
  u: '%u',
  w: '%w',
  y: '%y',
  Y: '%Y',
  '%': '%%',
};

function strftime(call: FunctionCall): Value {
  const node = call.nodes[1];
  const written = node?.type === 'literal' && typeof node.value === 'string' ? node.value : undefined;
  const span = node?.span ?? call.span;
  if (written === undefined) {
    return refuse(call.context, span, 'the format must be written out as text', 'use for example "%Y-%m-%d %H:%M"');
  }
  const unknown = [...written.matchAll(/%(.?)/gsu)].find(([, code]) => !Object.hasOwn(STRFTIME, code ?? ''));
  if (unknown !== undefined) {
    const known = Object.keys(STRFTIME).join(' %');
    return refuse(call.context, span, `unknown code \`${unknown[0]}\` in the format`, `the codes are %${known}`);
  }
  const format = written.replace(/%(.)/gsu, (_, code: string) => STRFTIME[code] ?? '');
  return string(`formatDateTime(${dateTimeOf(arg(call, 0))}, ${call.context.parameters.text(format)}, 'UTC')`);
}

const spec = (
  name: string,
  signature: string,
  help: string,
  example: string,
  raw: readonly number[],
  compile: FunctionSpec['compile'],
): FunctionSpec => {
  const count = signature.includes('()') ? 0 : signature.split(',').length;
  return { name, family: 'time', signature, help, example, arity: [count, count], raw, compile };
};

export const timeFunctions: readonly FunctionSpec[] = [
  spec('bin', 'bin(period)', 'The start of the period that the event falls in.', 'stats count(*) by bin(5m)', [0], bin),
  spec(
    'datefloor',
    'datefloor(time, period)',
    'Rounds a time down.',
    'fields datefloor(@timestamp, 1h) as hour',
    [1],
    rounded(floorTo),
  ),
  spec(
    'dateceil',
    'dateceil(time, period)',
    'Rounds a time up.',
    'fields dateceil(@timestamp, 1d) as day',
    [1],
    rounded(ceilTo),
  ),
  spec(
    'fromMillis',
    'fromMillis(number)',
    'The time of so many milliseconds since 1970.',
    'fields fromMillis(startedAt) as started',
    [],
    (call) => time(millisecondsOf(arg(call, 0))),
  ),
  spec('toMillis', 'toMillis(time)', 'Milliseconds since 1970.', 'fields toMillis(@timestamp) as ms', [], (call) =>
    number(`toFloat64(${millisecondsOf(arg(call, 0))})`),
  ),
  spec(
    'now',
    'now()',
    'Seconds since 1970 at the start of the query.',
    'filter toMillis(@timestamp) / 1000 > now() - 300',
    [],
    (call) => number(`toFloat64(${Math.floor(call.context.input.nowMs / 1000)})`),
  ),
  spec(
    'parseDate',
    'parseDate(text, format)',
    'Reads a time, in UTC, by a format of Java.',
    'fields parseDate(createdAt, "yyyy-MM-dd HH:mm:ss") as created',
    [1],
    parseDate,
  ),
  spec(
    'formatDate',
    'formatDate(time, format)',
    'Writes a time, in UTC, by a format of Java.',
    'stats count(*) by formatDate(@timestamp, "HH") as hour',
    [1],
    formatDate,
  ),
  spec(
    'strftime',
    'strftime(time, format)',
    'Writes a time, in UTC, by a format of C.',
    'fields strftime(@timestamp, "%Y-%m-%d") as day',
    [1],
    strftime,
  ),
];
