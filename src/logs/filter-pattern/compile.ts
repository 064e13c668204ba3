import type { Condition, FilterPattern, JsonTest, Term, ValueTest, Wildcard } from './types.ts';

/** A condition on the column `body` of the stored logs table; docs/formats/logs-table.md. */
export interface CompiledFilter {
  /** ClickHouse SQL with `{name:Type}` placeholders; undefined when every row has to be looked at. */
  readonly sql: string | undefined;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** False when rows that pass must still go through `matchesFilterPattern`; rows that fail never match. */
  readonly exact: boolean;
}

/** Compiles a pattern to a condition that no matching row fails. Names of parameters begin with `prefix`. */
export function compileFilterPattern(pattern: FilterPattern, prefix = 'filter'): CompiledFilter {
  const params: Record<string, string | readonly string[]> = {};
  const param = (value: string | readonly string[]): string => {
    const name = `${prefix}${Object.keys(params).length}`;
    params[name] = value;
    return `{${name}:${typeof value === 'string' ? 'String' : 'Array(String)'}}`;
  };
  const sql = conditionOf(pattern, param);
  return { sql: sql === 'true' ? undefined : sql, params, exact: pattern.type === 'all' || pattern.type === 'terms' };
}

type Param = (value: string | readonly string[]) => string;

function conditionOf(pattern: FilterPattern, param: Param): string {
  switch (pattern.type) {
    case 'all':
      return 'true';
    case 'terms':
      return all([
        ...pattern.include.map((term) => termSql(term, param)),
        ...pattern.exclude.map((term) => `NOT ${termSql(term, param)}`),
        ...(pattern.anyOf.length === 0 ? [] : [any(pattern.anyOf.map((term) => termSql(term, param)))]),
      ]);
    case 'json':
      // A key or a value may be written with escapes in the JSON text; such rows pass and are looked at.
      return all(["match(body, '^\\\\s*[{\\\\[]')", conditionSql(pattern.condition, (test) => jsonSql(test, param))]);
    case 'fields':
      return all(
        pattern.slots.flatMap((slot) =>
          slot.type === 'field' && slot.condition !== undefined
            ? [conditionSql(slot.condition, (test) => valueSql(test, param))]
            : [],
        ),
      );
  }
}

/** Case-sensitive substring; whole words inside the term let the text index skip first. */
function termSql(term: Term, param: Param): string {
  if (term.type === 'regex') return `match(body, ${param(term.regex.re2)})`;
  const words = wholeWords(term.text);
  const exact = `position(body, ${param(term.text)}) > 0`;
  return words.length === 0 ? `(${exact})` : `(hasAllTokens(body, ${param(words)}) AND ${exact})`;
}

/**
 * The words of a term that any text containing it has as whole tokens of the index: those with an ASCII separator on
 * both sides. Characters outside ASCII count as part of a word, so that a word beside one is never used.
 */
const wholeWords = (text: string): readonly string[] =>
  [...text.matchAll(/(?<=[\0-/:-@[-`{-\x7f])[A-Za-z0-9]+(?=[\0-/:-@[-`{-\x7f])/g)].map((match) => match[0]);

function conditionSql<Leaf extends { readonly type: string }>(
  condition: Condition<Leaf>,
  leaf: (test: Leaf) => string,
): string {
  if (condition.type === 'and' || condition.type === 'or') {
    const { parts } = condition as { readonly parts: readonly Condition<Leaf>[] };
    const sqls = parts.map((part) => conditionSql(part, leaf));
    return condition.type === 'and' ? all(sqls) : any(sqls);
  }
  return leaf(condition as Leaf);
}

function jsonSql(test: JsonTest, param: Param): string {
  if (test.type === 'not-exists') return 'true';
  const literals = test.selector.flatMap((step) => (step.type === 'key' ? [step.key] : []));
  if (test.type === 'selected' && test.test.type === 'text' && !test.test.negated)
    literals.push(test.test.wildcard.text);
  const plain = literals.filter((literal) => literal !== '' && /^[\x20-\x7e]*$/.test(literal));
  if (plain.length === 0) return 'true';
  return any([
    all(plain.map((literal) => `position(body, ${param(literal)}) > 0`)),
    // Numbers compare by their value and text by its escapes: 1e3 is 1000, \u0041 is A.
    "position(body, '\\\\') > 0",
    ...(test.type === 'selected' && test.test.type === 'text' && mayBeNumber(test.test.wildcard)
      ? ["match(body, '[0-9][eE.]|[0-9]{16}')"]
      : []),
  ]);
}

// JSON writes one number in many ways (1000, 1e3, 1000.0); only the evaluator knows that they are the same.
const mayBeNumber = ({ text }: Wildcard): boolean => /^[0-9eE+.Infity-]+$/.test(text);

function valueSql(test: ValueTest, param: Param): string {
  if (test.type !== 'text' || test.negated || test.wildcard.text === '') return 'true';
  return `position(body, ${param(test.wildcard.text)}) > 0`;
}

const all = (sqls: readonly string[]): string => {
  const needed = sqls.filter((sql) => sql !== 'true');
  return needed.length === 0 ? 'true' : needed.length === 1 ? (needed[0] ?? 'true') : `(${needed.join(' AND ')})`;
};

const any = (sqls: readonly string[]): string =>
  sqls.length === 0
    ? 'false'
    : sqls.includes('true')
      ? 'true'
      : sqls.length === 1
        ? (sqls[0] ?? 'true')
        : `(${sqls.join(' OR ')})`;
