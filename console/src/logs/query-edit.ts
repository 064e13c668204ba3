import type { Cell, Row } from '../api/types.ts';

/** What the page asks when the address says nothing. */
export const DEFAULT_QUERY = 'fields @timestamp, severityText, @log, @message\n| sort @timestamp desc';

const PLAIN_NAME = /^@?[A-Za-z_][\w.]*$/;

/** A field as it is written in a query: odd names stand in backticks. */
export const quoteField = (name: string): string => (PLAIN_NAME.test(name) ? name : `\`${name.replaceAll('`', '')}\``);

export const quoteValue = (value: Cell): string =>
  typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

export interface Stage {
  readonly text: string;
  /** Offset of the stage's first character in the query. */
  readonly start: number;
}

/** Cuts a query at its pipes; pipes in strings, backticks, expressions and comments do not count. */
export function stagesOf(query: string): readonly Stage[] {
  const stages: Stage[] = [];
  let start = 0;
  const skip =
    /#[^\n]*|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?|(?<=(?:like|=~|parse[^|\n]*)\s+)\/(?:[^/\\\n]|\\.)*\/|\|/gi;
  for (const match of query.matchAll(skip)) {
    if (match[0] !== '|') continue;
    stages.push({ text: query.slice(start, match.index), start });
    start = match.index + 1;
  }
  stages.push({ text: query.slice(start), start });
  return stages;
}

export const commandOf = (stage: Stage): string =>
  /^(?:\s|#[^\n]*\n)*([A-Za-z]+)/.exec(stage.text)?.[1]?.toLowerCase() ?? '';

// A filter must see the record's own fields, so it goes before whatever leaves only results behind.
const NARROWING = new Set(['stats', 'sort', 'limit', 'dedup', 'display', 'pattern']);

const joinStages = (stages: readonly string[]): string =>
  stages
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n| ');

/** Adds a stage before the first that sorts, counts or cuts. */
export function insertStage(query: string, stage: string): string {
  const stages = stagesOf(query);
  const found = stages.findIndex((one) => NARROWING.has(commandOf(one)));
  const at = found === -1 ? stages.length : found;
  const texts = stages.map(({ text }) => text);
  return joinStages([...texts.slice(0, at), stage, ...texts.slice(at)]);
}

/** `filter field = value`, or its opposite; a missing value is asked for with ispresent. */
export function addFilter(
  query: string,
  filter: { readonly field: string; readonly value: Cell; readonly out: boolean },
): string {
  const field = quoteField(filter.field);
  const condition =
    filter.value === null || filter.value === ''
      ? `${filter.out ? '' : 'not '}ispresent(${field})`
      : `${field} ${filter.out ? '!=' : '='} ${quoteValue(filter.value)}`;
  const stage = `filter ${condition}`;
  return stagesOf(query).some(({ text }) => text.trim() === stage) ? query : insertStage(query, stage);
}

const BIN_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

export interface GroupingKey {
  /** Column of the result. */
  readonly column: string;
  /** Field of the record; undefined for a bin of time and for expressions. */
  readonly field: string | undefined;
  readonly binMs: number | undefined;
}

/** The keys after `by` of the last stats; what it cannot read as a field or a bin has neither. */
export function groupingKeys(query: string): readonly GroupingKey[] {
  const stats = stagesOf(query).findLast((stage) => commandOf(stage) === 'stats');
  const by = /\bby\s+([\s\S]+)$/i.exec(stats?.text ?? '')?.[1];
  if (by === undefined) return [];
  return by.split(/,(?![^(]*\))/).map((part) => {
    const [, expression = '', alias] = /^\s*([\s\S]*?)(?:\s+as\s+(\S+))?\s*$/i.exec(part) ?? [];
    const bin = /^bin\(\s*(\d+)\s*(ms|s|m|h|d|w)\w*\s*\)$/i.exec(expression);
    const name = expression.replace(/^`(.*)`$/, '$1');
    return {
      column: alias ?? name,
      field: bin === null && (PLAIN_NAME.test(name) || expression.startsWith('`')) ? name : undefined,
      binMs: bin === null ? undefined : Number(bin[1]) * (BIN_MS[(bin[2] ?? '').toLowerCase()] ?? 0),
    };
  });
}

/** The query for the records behind one row of statistics. */
export function recordsBehind(query: string, row: Row): string {
  const stages = stagesOf(query);
  const first = stages.findIndex((stage) => commandOf(stage) === 'stats');
  const before = stages.slice(0, first === -1 ? stages.length : first).filter((stage) => commandOf(stage) !== 'sort');
  const filters = groupingKeys(query)
    .filter((key) => key.field !== undefined && row[key.column] !== undefined)
    .map((key) => `filter ${quoteField(key.field ?? '')} = ${quoteValue(row[key.column] ?? null)}`);
  const shown = before.some((stage) => commandOf(stage) === 'fields')
    ? []
    : ['fields @timestamp, severityText, @log, @message'];
  return joinStages([...shown, ...before.map(({ text }) => text), ...filters, 'sort @timestamp desc']);
}
