import type { GroupingBody, GroupingComponentBody } from '../../api/event-contract.ts';

/** What contributed to a group as an indented tree; what did not is named with its reason. */
export function groupingLines(grouping: GroupingBody): readonly string[] {
  const lines = [`grouped by ${grouping.version}; hashes ${grouping.hashes.join(', ')}`];
  if (grouping.matchedRule !== undefined) lines.push(`by the fingerprint rule ${grouping.matchedRule}`);
  for (const variant of grouping.variants) {
    const hash = variant.hash === undefined ? '' : ` ${variant.hash}`;
    const hint = variant.hint === undefined ? '' : ` (${variant.hint})`;
    lines.push('', `${variant.contributes ? '●' : '○'} ${variant.id}${hash}${hint}`);
    lines.push(...componentLines(variant.component, 1));
  }
  return lines;
}

function componentLines(component: GroupingComponentBody, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const mark = component.contributes ? '+' : '-';
  const hint = component.hint === undefined ? '' : ` (${component.hint})`;
  const texts = component.values.filter((value): value is string => typeof value === 'string');
  const own = `${indent}${mark} ${component.id}${hint}${texts.length === 0 ? '' : `: ${texts.join(' ')}`}`;
  return [
    own,
    ...component.values.flatMap((value) => (typeof value === 'string' ? [] : componentLines(value, depth + 1))),
  ];
}
