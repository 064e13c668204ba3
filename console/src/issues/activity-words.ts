import type { IssueActivity } from '../api/issue-types.ts';

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const count = (value: unknown): string => (Array.isArray(value) ? String(value.length) : text(value));

const WORDS: Readonly<Record<string, (detail: IssueActivity['detail']) => string>> = {
  'first-seen': () => 'seen for the first time',
  resolved: ({ release, in: where, after }) => {
    const named =
      text(release) ||
      (typeof where === 'object' && where !== null ? text((where as { release?: unknown }).release) : '');
    if (named !== '') return `resolved it in ${named}`;
    return where === 'next-release' || after !== undefined
      ? `resolved it in the release after ${text(after) || 'this one'}`
      : 'resolved it';
  },
  'resolved-by-age': () => 'resolved, because it was not seen for long',
  unresolved: () => 'reopened it',
  regressed: ({ release }) =>
    text(release) === '' ? 'came back after it was resolved' : `came back in ${text(release)}`,
  escalating: () => 'happens far more often than before',
  ignored: () => 'ignored it',
  unignored: ({ reason }) => `is no longer ignored${text(reason) === '' ? '' : `: ${text(reason)}`}`,
  assigned: ({ name, person }) =>
    text(name) || text(person) ? `assigned it to ${text(name) || text(person)}` : 'assigned it',
  unassigned: () => 'took the assignment away',
  merged: ({ count: merged, issues, from }) => `merged ${count(merged ?? issues ?? from) || 'other'} issues into it`,
  unmerged: ({ hashes }) => `took ${count(hashes) || 'some'} hashes out of it`,
  priority: ({ priority, to }) => `set the priority to ${text(priority) || text(to)}`,
  deleted: () => 'deleted it',
};

/** What happened, as the end of a sentence that begins with who. */
export const activityInWords = ({ type, detail }: IssueActivity): string =>
  WORDS[type]?.(detail) ?? type.replaceAll('-', ' ');
