/** The saved views; a view is its query, so that an address with that query is the view. */
export const VIEWS = [
  { label: 'Unresolved', query: 'is:unresolved' },
  { label: 'For review', query: 'is:unresolved is:for_review' },
  { label: 'Regressed', query: 'is:regressed' },
  { label: 'Escalating', query: 'is:escalating' },
  { label: 'Ignored', query: 'is:ignored' },
  { label: 'Resolved', query: 'is:resolved' },
] as const;

export const DEFAULT_QUERY = VIEWS[0].query;

/** The query of an address. No query at all is the first view; a blank one is everything. */
export const queryOf = (text: string | undefined): string => (text === undefined ? DEFAULT_QUERY : text.trim());

/** The other way: nothing for the first view, a blank for everything, since an empty parameter is dropped. */
export function queryParameter(query: string): string | undefined {
  const trimmed = query.trim().replace(/\s+/g, ' ');
  if (trimmed === DEFAULT_QUERY) return undefined;
  return trimmed === '' ? ' ' : trimmed;
}
