/**
 * Splits a line at spaces and tabs. What stands between `[` and `]` or between double quotes is one field, without
 * them. With `fieldsMax` the last field takes the rest of the line; when that rest is one field it is split as such.
 */
export function splitFields(line: string, fieldsMax?: number): readonly string[] {
  const fields: string[] = [];
  let at = skipBlanks(line, 0);
  while (at < line.length) {
    const { text, end } = readField(line, at);
    const next = skipBlanks(line, end);
    if (fields.length + 1 === fieldsMax && next < line.length) return [...fields, line.slice(at).trimEnd()];
    fields.push(text);
    at = next;
  }
  return fields;
}

const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\n' || character === '\r';

const skipBlanks = (line: string, from: number): number => {
  let at = from;
  while (isBlank(line[at])) at += 1;
  return at;
};

function readField(line: string, start: number): { readonly text: string; readonly end: number } {
  const closing = line[start] === '[' ? ']' : line[start] === '"' ? '"' : undefined;
  if (closing !== undefined) {
    let end = line.indexOf(closing, start + 1);
    while (closing === '"' && end > 0 && line[end - 1] === '\\') end = line.indexOf(closing, end + 1);
    // A bracket or quote that nobody closes is an ordinary character.
    if (end > 0) return { text: line.slice(start + 1, end), end: end + 1 };
  }
  let end = start;
  while (end < line.length && !isBlank(line[end])) end += 1;
  return { text: line.slice(start, end), end };
}
