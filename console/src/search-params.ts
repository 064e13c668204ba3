/** An address's search part as plain words: repeated names are lists, everything else is text. */
export type SearchText = Record<string, string | string[] | undefined>;

const LISTS = new Set(['group', 'm', 'e', 'project']);

export function parseSearch(text: string): SearchText {
  const found: SearchText = {};
  const params = new URLSearchParams(text);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    found[name] = LISTS.has(name) ? values : values[0];
  }
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (Array.isArray(value)) for (const one of value) params.append(name, String(one));
    else if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** A text parameter, when it is there and is one. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
