/** `[redacted:<rule id>:<length>]`; the length is in UTF-16 code units of what was there. */
export const maskOf = (ruleId: string, length: number): string => `[redacted:${ruleId}:${length}]`;

/** Masks that are not made by a rule of the table; docs/formats/redaction-rules.md lists them. */
export const NAMED_FIELD = 'named-field';
export const UNSCANNED = 'unscanned';

export const MASK_START = '[redacted:';
const MASK = /\[redacted:([a-z0-9-]{1,64}):\d{1,9}\]/g;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where masks stand in a text already. Only masks with a known rule id count, for the id of any other could itself
 * be the secret.
 */
export function findMasks(text: string, knownIds: ReadonlySet<string>): readonly Span[] {
  if (!text.includes(MASK_START)) return [];
  const spans: Span[] = [];
  for (const match of text.matchAll(MASK)) {
    if (knownIds.has(match[1] ?? '')) spans.push({ start: match.index, end: match.index + match[0].length });
  }
  return spans;
}
