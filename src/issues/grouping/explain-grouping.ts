import type { GroupingComponent, GroupingResult, GroupingVariant } from '../types.ts';

/** Text longer than this says no more in a terminal. */
const SHOWN_CHARS = 160;

/**
 * Why an event is in its issue, as text for a terminal: the parts that its hashes are made of, with `+` before what
 * counts, `-` before what does not, and the reason.
 */
export function explainGrouping(result: GroupingResult): string {
  const lines = [
    `title    ${oneLine(result.title)}`,
    `where    ${oneLine(result.culprit) || '(nothing is known)'}`,
    `version  ${result.version}`,
    ...(result.matchedRule === undefined ? [] : [`rule     ${oneLine(result.matchedRule)}`]),
    ...result.hashes.map((hash, at) => `${at === 0 ? 'hash     ' : 'also     '}${hash}`),
  ];
  for (const variant of result.variants) lines.push('', ...explainVariant(variant));
  return `${lines.join('\n')}\n`;
}

function explainVariant(variant: GroupingVariant): readonly string[] {
  const state = variant.contributes ? `counts as ${variant.hash ?? ''}` : 'does not count';
  const lines = [`${variant.id} ${state}${variant.hint === undefined ? '' : ` (${oneLine(variant.hint)})`}`];
  const inner = variant.component.id === variant.id ? variant.component.values : [variant.component];
  for (const value of inner) if (typeof value !== 'string') writePart(value, 1, lines);
  return lines;
}

function writePart(part: GroupingComponent, depth: number, lines: string[]): void {
  const texts = part.values.filter((value) => typeof value === 'string');
  const shown = texts.length === 0 ? '' : ` ${texts.map((text) => JSON.stringify(oneLine(text))).join(' ')}`;
  const hint = part.hint === undefined ? '' : ` (${oneLine(part.hint)})`;
  lines.push(`${'  '.repeat(depth)}${part.contributes ? '+' : '-'} ${part.id}${shown}${hint}`);
  for (const value of part.values) if (typeof value !== 'string') writePart(value, depth + 1, lines);
}

/** Texts come from outside: nothing of them may move the cursor or begin a line of its own. */
function oneLine(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return plain.length <= SHOWN_CHARS ? plain : `${plain.slice(0, SHOWN_CHARS - 1)}…`;
}
