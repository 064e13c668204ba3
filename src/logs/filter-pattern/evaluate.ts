import { unreachable } from '../../base/index.ts';
import { splitFields } from './split-fields.ts';
import type {
  Condition,
  FieldSlot,
  FilterPattern,
  JsonTest,
  NumberOperator,
  Selector,
  Term,
  ValueTest,
  Wildcard,
} from './types.ts';

/**
 * True when the text of a record matches. Pure; never throws, whatever the text. Who asks many patterns about one
 * record gives `parse`, so that its JSON is read once.
 */
export function matchesFilterPattern(
  pattern: FilterPattern,
  body: string,
  parse: (body: string) => object | undefined = parseRecord,
): boolean {
  switch (pattern.type) {
    case 'all':
      return true;
    case 'terms':
      return (
        pattern.include.every((term) => contains(term, body)) &&
        !pattern.exclude.some((term) => contains(term, body)) &&
        (pattern.anyOf.length === 0 || pattern.anyOf.some((term) => contains(term, body)))
      );
    case 'json': {
      const root = parse(body);
      return root !== undefined && holds(pattern.condition, (test) => jsonTestHolds(test, root));
    }
    case 'fields':
      return fieldsMatch(pattern.slots, body);
    default:
      return unreachable(pattern);
  }
}

const contains = (term: Term, body: string): boolean =>
  term.type === 'text' ? body.includes(term.text) : term.regex.test(body);

function holds<Leaf extends { readonly type: string }>(
  condition: Condition<Leaf>,
  leaf: (test: Leaf) => boolean,
): boolean {
  if (condition.type === 'and') return branches(condition).every((part) => holds(part, leaf));
  if (condition.type === 'or') return branches(condition).some((part) => holds(part, leaf));
  return leaf(condition as Leaf);
}

// A leaf never has the type `and` or `or`; TypeScript cannot know that of a type parameter.
const branches = <Leaf>(condition: Condition<Leaf>): readonly Condition<Leaf>[] =>
  (condition as { readonly parts: readonly Condition<Leaf>[] }).parts;

/** The JSON object or array that the text of a record is; undefined when it is none. */
export const parseRecord = (body: string): object | undefined => {
  const first = body.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
};

function jsonTestHolds(test: JsonTest, root: object): boolean {
  const found = select(root, test.selector);
  if (test.type === 'not-exists') return found.length === 0;
  if (test.type === 'is') return found.some((value) => value === test.value);
  // Only texts and numbers are value nodes: a selector that ends at anything else never matches, != included.
  return found.some(
    (value) =>
      (typeof value === 'string' || typeof value === 'number') &&
      valueTestHolds(test.test, String(value), typeof value === 'number' ? value : undefined),
  );
}

/** Every value that the selector finds; more than one only behind a wildcard. */
export function select(root: unknown, selector: Selector): readonly unknown[] {
  return selector.reduce<readonly unknown[]>(
    (values, step) => {
      return values.flatMap((value) => {
        if (typeof value !== 'object' || value === null) return [];
        if (step.type === 'any') return Object.values(value);
        if (step.type === 'index') return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
        const members = value as Readonly<Record<string, unknown>>;
        return !Array.isArray(value) && Object.hasOwn(value, step.key) ? [members[step.key]] : [];
      });
    },
    [root],
  );
}

function valueTestHolds(test: ValueTest, text: string, number: number | undefined): boolean {
  switch (test.type) {
    case 'text':
      return wildcardMatches(test.wildcard, text) !== test.negated;
    case 'regex':
      return test.regex.test(text) !== test.negated;
    case 'number': {
      const value = number ?? toNumber(text);
      // Text that is no number is merely different from a number: only != can hold.
      return value === undefined ? test.operator === '!=' : compare(value, test.operator, test.number);
    }
    default:
      return unreachable(test);
  }
}

const toNumber = (text: string): number | undefined =>
  /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;

const compare = (left: number, operator: NumberOperator, right: number): boolean => {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return unreachable(operator);
  }
};

const wildcardMatches = ({ text, anyBefore, anyAfter }: Wildcard, value: string): boolean => {
  if (anyBefore && anyAfter) return value.includes(text);
  if (anyBefore) return value.endsWith(text);
  if (anyAfter) return value.startsWith(text);
  return value === text;
};

function fieldsMatch(slots: readonly FieldSlot[], body: string): boolean {
  const texts = slotTexts(slots, body);
  return (
    texts?.every((text, index) => {
      const slot = slots[index];
      if (slot?.type !== 'field' || slot.condition === undefined) return true;
      return holds(slot.condition, (test) => valueTestHolds(test, text, undefined));
    }) ?? false
  );
}

/** What stands in the place of each slot, empty for an ellipsis; undefined when the line has too few fields. */
export function slotTexts(slots: readonly FieldSlot[], body: string): readonly string[] | undefined {
  if (slots.length === 0) return [];
  const rest = slots.findIndex((slot) => slot.type === 'rest');
  // Without an ellipsis the last field takes what is left of the line, so that [w1=ERROR, w2] matches any length.
  const fields = splitFields(body, rest < 0 ? slots.length : undefined);
  const named = rest < 0 ? slots.length : slots.length - 1;
  if (fields.length < named) return undefined;
  const skipped = fields.length - named;
  return slots.map((slot, index) => {
    if (slot.type === 'rest') return '';
    return fields[rest >= 0 && index > rest ? index - 1 + skipped : index] ?? '';
  });
}
