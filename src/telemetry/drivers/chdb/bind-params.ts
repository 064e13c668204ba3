import { invariant } from '../../../base/index.ts';
import { sqlText } from '../../schema/index.ts';

/**
 * Replaces `{name:Type}` by the value as a typed literal.
 *
 * The package's own binding keeps one set of parameters for the whole process, so it lets only one query with
 * parameters run at a time, and one long query would hold up all others. The engine itself replaces
 * a placeholder by `_CAST('value', 'Type')`; this does the same before the text reaches it. Placeholders inside
 * literals, quoted names and comments are left alone, and a second statement is refused.
 */
export function bindParams(sql: string, params: Readonly<Record<string, unknown>>): string {
  return sql.replace(TOKENS, (token: string, name: string | undefined, type: string | undefined) => {
    invariant(token !== ';', 'a telemetry query must be one statement');
    if (name === undefined || type === undefined) return token;
    invariant(Object.hasOwn(params, name), `the query has no parameter ${name}`);
    const wanted = type.trim();
    if (wanted === 'Identifier') return quoteName(String(params[name]));
    return `_CAST(${literal(params[name])}, ${sqlText(wanted)})`;
  });
}

// Literals, quoted names and comments first, so that nothing inside them is taken for a placeholder.
const TOKENS =
  /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|--[^\n]*|\/\*[\s\S]*?\*\/|;|\{\s*([A-Za-z_]\w*)\s*:\s*([A-Za-z][^{}]*)\}/g;

const quoteName = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;

/** Plain values become text that the cast reads; lists and maps become expressions, which the cast converts. */
function literal(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return sqlText(value);
    case 'number':
    case 'bigint':
    case 'boolean':
      return sqlText(String(value));
    case 'object':
      if (value === null) return 'NULL';
      if (value instanceof Date) return sqlText((value.getTime() / 1000).toFixed(3));
      if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
      return `map(${Object.entries(value)
        .map(([name, inner]) => `${sqlText(name)}, ${literal(inner)}`)
        .join(', ')})`;
    default:
      invariant(false, `a ${typeof value} cannot be a query parameter`);
  }
}
