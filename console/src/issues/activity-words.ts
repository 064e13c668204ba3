import type { IssueActivity } from '../api/issue-types.ts';
import { formatCount } from '../base/format.ts';
import { ignoreInWords } from './ignore-choices.ts';

type Detail = IssueActivity['detail'];
type TimeText = (ms: number) => string;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const objectOf = (value: unknown): Detail =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Detail) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function resolvedInWords(detail: Detail): string {
  const { type, release, after } = objectOf(detail.resolution);
  if (typeof detail.afterDays === 'number') return `resolved by itself, not seen for ${detail.afterDays} days`;
  if (type === 'in-release') return `resolved it in ${textOf(release)}`;
  return type === 'in-next-release' ? `resolved it in the release after ${textOf(after)}` : 'resolved it';
}

function escalatingInWords({ eventsInHour, expectedAtMost }: Detail): string {
  if (typeof eventsInHour !== 'number' || typeof expectedAtMost !== 'number') return 'escalates';
  return `escalates: ${formatCount(eventsInHour)} events in an hour, where ${formatCount(Math.round(expectedAtMost))} were to be expected at most`;
}

function mergedInWords({ issues, count }: Detail): string {
  const names = listOf(issues).map((issue) => textOf(objectOf(issue).shortId));
  const few = names.length > 0 && names.length <= 3 ? names.join(', ') : `${String(count ?? names.length)} issues`;
  return `merged ${few} into it`;
}

function unmergedInWords({ from, into, hashes }: Detail): string {
  const many = listOf(hashes).length;
  const what = many === 1 ? 'a hash' : `${many} hashes`;
  return textOf(from) === '' ? `took ${what} out of it, now ${textOf(into)}` : `took it out of ${textOf(from)}`;
}

const WORDS: Readonly<Record<string, (detail: Detail, timeText: TimeText) => string>> = {
  'first-seen': () => 'seen for the first time',
  resolved: resolvedInWords,
  unresolved: () => 'brought it back to the unresolved',
  regressed: ({ release }) =>
    `came back${textOf(release) === '' ? '' : ` in ${textOf(release)}`} after it was resolved`,
  escalating: escalatingInWords,
  ongoing: () => 'is no news any more',
  ignored: ({ condition }, timeText) => `ignored it ${ignoreInWords(objectOf(condition), timeText)}`,
  unignored: () => 'is no longer ignored: the condition came true',
  assigned: ({ name }) => `assigned it to ${textOf(name)}`,
  unassigned: () => 'took the assignment away',
  merged: mergedInWords,
  unmerged: unmergedInWords,
  priority: ({ priority }) => `set the priority to ${textOf(priority)}`,
};

/** What happened, as the end of a sentence that begins with who. */
export const activityInWords = ({ type, detail }: IssueActivity, timeText: TimeText): string =>
  WORDS[type]?.(detail, timeText) ?? type.replaceAll('-', ' ');
