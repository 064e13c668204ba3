import { createHash } from 'node:crypto';
import type { GroupingComponent } from '../types.ts';

/** Parts of which hashes are made. They are immutable, so that those of frames can be kept and used again. */

export interface LeafOptions {
  readonly contributes?: boolean;
  readonly hint?: string;
}

/** A part with one text. An empty text contributes nothing. */
export function leaf(id: string, value: string, options: LeafOptions = {}): GroupingComponent {
  const contributes = value !== '' && options.contributes !== false;
  return options.hint === undefined
    ? { id, contributes, values: [value] }
    : { id, contributes, hint: options.hint, values: [value] };
}

/** A part made of parts: it contributes when one of them does. */
export function branch(id: string, values: readonly GroupingComponent[], options: LeafOptions = {}): GroupingComponent {
  const contributes = options.contributes !== false && values.some((value) => value.contributes);
  return options.hint === undefined ? { id, contributes, values } : { id, contributes, hint: options.hint, values };
}

/** The same part, which does not count any more, with the reason. */
export const silenced = (component: GroupingComponent, hint: string): GroupingComponent => ({
  ...component,
  contributes: false,
  hint,
});

/** A part that is named only for people who look for it. */
export const absent = (id: string, hint: string): GroupingComponent => ({ id, contributes: false, hint, values: [] });

const open = '\u0001';
const close = '\u0002';
const next = '\u0000';

/** Ids and texts of all that contributes, with marks between them so that no two trees read alike. */
function writeTo(component: GroupingComponent, parts: string[]): void {
  if (!component.contributes) return;
  parts.push(open, component.id);
  for (const value of component.values) {
    if (typeof value === 'string') parts.push(next, value);
    else writeTo(value, parts);
  }
  parts.push(close);
}

/** 32 hex digits over texts; half of a SHA-256, as 128 bits are what issue hashes are kept in. */
export function hashTexts(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join(next)).digest('hex').slice(0, 32);
}

export function hashComponents(components: readonly GroupingComponent[]): string {
  const parts: string[] = [];
  for (const component of components) writeTo(component, parts);
  return createHash('sha256').update(parts.join('')).digest('hex').slice(0, 32);
}
