import type { MetricQuery } from '../api/types.ts';

/** One line of the explorer: a metric with its statistic, or math over others. */
export type Line =
  | {
      readonly type: 'metric';
      readonly id: string;
      readonly shown: boolean;
      readonly namespace: string;
      readonly name: string;
      readonly statistic: string;
      readonly dimensions: Readonly<Record<string, string>>;
    }
  | { readonly type: 'expression'; readonly id: string; readonly shown: boolean; readonly expression: string };
export type MetricLine = Extract<Line, { readonly type: 'metric' }>;

const escaped = (text: string): string => text.replace(/[%;=]/g, encodeURIComponent);
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What an address carries: `m1;Holdfast/Requests;Duration;p99;service=api`, and `!` in front of a hidden line. */
export function addressOfLines(lines: readonly Line[]): { readonly m: string[]; readonly e: string[] } {
  const mark = (line: Line): string => `${line.shown ? '' : '!'}${line.id}`;
  return {
    m: lines.flatMap((line) =>
      line.type === 'metric'
        ? [
            [
              mark(line),
              ...[line.namespace, line.name, line.statistic].map(escaped),
              ...Object.entries(line.dimensions).map(([name, value]) => `${escaped(name)}=${escaped(value)}`),
            ].join(';'),
          ]
        : [],
    ),
    e: lines.flatMap((line) => (line.type === 'expression' ? [`${mark(line)};${line.expression}`] : [])),
  };
}

const ID = /^(!?)([a-z][a-zA-Z0-9_]{0,40})$/;

function readMetric(text: string): Line | undefined {
  const [mark = '', namespace = '', name = '', statistic = '', ...pairs] = text.split(';');
  const [, hidden, id] = ID.exec(mark) ?? [];
  if (id === undefined || namespace === '' || name === '' || statistic === '') return undefined;
  const dimensions = pairs.flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals < 1 ? [] : [[unescaped(pair.slice(0, equals)), unescaped(pair.slice(equals + 1))] as const];
  });
  return {
    ...{ type: 'metric', id, shown: hidden !== '!' },
    ...{ namespace: unescaped(namespace), name: unescaped(name), statistic: unescaped(statistic) },
    dimensions: Object.fromEntries(dimensions),
  };
}

function readExpression(text: string): Line | undefined {
  const end = text.indexOf(';');
  const [, hidden, id] = ID.exec(text.slice(0, Math.max(end, 0))) ?? [];
  const expression = text.slice(end + 1);
  return id === undefined || expression === ''
    ? undefined
    : { type: 'expression', id, shown: hidden !== '!', expression };
}

/** The lines of an address; what cannot be read is left out, and so is a second line of the same id. */
export function linesOfAddress(search: {
  readonly m?: readonly string[] | undefined;
  readonly e?: readonly string[] | undefined;
}): readonly Line[] {
  const read = [...(search.m ?? []).map(readMetric), ...(search.e ?? []).map(readExpression)];
  const byId = new Map<string, Line>();
  for (const line of read) if (line !== undefined && !byId.has(line.id)) byId.set(line.id, line);
  return [...byId.values()];
}

/** The first free id with this letter: m1, m2 … */
export function freeId(lines: readonly Line[], letter: 'm' | 'e'): string {
  for (let number = 1; ; number += 1) {
    const id = `${letter}${number}`;
    if (lines.every((line) => line.id !== id)) return id;
  }
}

export const queriesOf = (lines: readonly Line[], periodSeconds: number): MetricQuery[] =>
  lines.map((line) => {
    const { id, shown: returnData } = line;
    if (line.type === 'expression') return { id, type: 'expression', expression: line.expression, returnData };
    const { namespace, name, dimensions, statistic } = line;
    return {
      ...{ id, type: 'metric', periodSeconds, returnData, statistic },
      metric: { namespace, name, dimensions: { ...dimensions } },
    };
  });

/** Ids that an expression names; strings inside it are patterns of searches, not ids. */
export const idsIn = (expression: string): ReadonlySet<string> =>
  new Set(expression.replace(/'[^']*'|"[^"]*"/g, '').match(/\b[a-z]\w*\b/g) ?? []);

/** A line with every line that it is computed from. */
export function linesBehind(line: Line, lines: readonly Line[]): readonly Line[] {
  const found = new Set<Line>();
  const add = (one: Line): void => {
    if (found.has(one)) return;
    found.add(one);
    if (one.type === 'metric') return;
    if (/\bMETRICS\s*\(/.test(one.expression)) for (const other of lines) if (other.type === 'metric') add(other);
    const ids = idsIn(one.expression);
    for (const other of lines) if (ids.has(other.id)) add(other);
  };
  add(line);
  return lines.filter((one) => found.has(one));
}

export const dimensionsText = (dimensions: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(dimensions ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

export const lineText = (line: Line): string =>
  line.type === 'expression'
    ? line.expression
    : [`${line.statistic} of ${line.name}`, dimensionsText(line.dimensions)].filter(Boolean).join(', ');
