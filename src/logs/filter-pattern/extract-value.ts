import { parseRecord, select, slotTexts } from './evaluate.ts';
import { mistake } from './mistake.ts';
import { parsePropertySelector } from './parse-json.ts';
import type { Condition, FilterPattern, JsonTest, Selector } from './types.ts';

/** Where in a matching record a value stands: `$.latency` in JSON, `$bytes` in a line of fields. */
export type ValueReference =
  | { readonly type: 'property'; readonly selector: Selector }
  | {
      readonly type: 'field';
      readonly slots: Extract<FilterPattern, { type: 'fields' }>['slots'];
      readonly index: number;
    };

/** Throws `logs.filter-pattern-invalid` when the reference does not go with the pattern. */
export function parseValueReference(pattern: FilterPattern, source: string): ValueReference {
  if (source.startsWith('$.') || source.startsWith('$[')) {
    if (pattern.type !== 'json') throw mistake(0, `${source} needs a JSON pattern`, 'write the pattern as { … }');
    return { type: 'property', selector: parsePropertySelector(source) };
  }
  const name = source.slice(1);
  if (!source.startsWith('$') || pattern.type !== 'fields') {
    throw mistake(0, `${source} needs a pattern of fields`, 'write the pattern as [a, b, c] and refer to $a');
  }
  const index = pattern.slots.findIndex((slot) => slot.type === 'field' && slot.name !== '' && slot.name === name);
  if (index < 0) throw mistake(0, `the pattern has no field ${name}`, 'name the field in its place in the pattern');
  return { type: 'field', slots: pattern.slots, index };
}

/** The text or number at the reference; undefined when there is none. `parse` as in `matchesFilterPattern`. */
export function extractValue(
  reference: ValueReference,
  body: string,
  parse: (body: string) => object | undefined = parseRecord,
): string | number | undefined {
  if (reference.type === 'field') return slotTexts(reference.slots, body)?.[reference.index];
  return select(parse(body), reference.selector).find(
    (value): value is string | number => typeof value === 'string' || typeof value === 'number',
  );
}

/** What a pattern that matches reads from a record, by the name it has in the pattern. */
export function extractedValues(pattern: FilterPattern, body: string): Readonly<Record<string, string>> {
  if (pattern.type === 'fields') {
    const texts = slotTexts(pattern.slots, body) ?? [];
    const named = pattern.slots.map((slot, index) => [
      slot.type === 'field' && slot.name !== '' ? `$${slot.name}` : `$${index + 1}`,
      texts[index] ?? '',
    ]);
    return Object.fromEntries(named.filter((_, index) => pattern.slots[index]?.type === 'field'));
  }
  if (pattern.type !== 'json') return {};
  const root = parseRecord(body);
  const found = selectorsOf(pattern.condition).flatMap((selector) => {
    const [value] = select(root, selector);
    if (value === undefined) return [];
    return [[writeSelector(selector), typeof value === 'string' ? value : JSON.stringify(value)]];
  });
  return Object.fromEntries(found);
}

function selectorsOf(condition: Condition<JsonTest>): readonly Selector[] {
  if (condition.type === 'and' || condition.type === 'or') return condition.parts.flatMap(selectorsOf);
  return [condition.selector];
}

const writeSelector = (selector: Selector): string =>
  `$${selector
    .map((step) => {
      if (step.type === 'index') return `[${step.index}]`;
      if (step.type === 'any') return '.*';
      return /^[\p{L}\p{N}_-]+$/u.test(step.key) ? `.${step.key}` : `.['${step.key}']`;
    })
    .join('')}`;
