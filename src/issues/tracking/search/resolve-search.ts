import { sql } from 'kysely';
import type { Actor } from '../../../access/index.ts';
import type { EventCondition, EventField } from './event-condition.ts';
import { EVENT_KEYS, eventMatch } from './event-keys.ts';
import { IS_WORDS } from './is-words.ts';
import { compared, containsText, type IssueSql, joined, likeAny, negatedIf, within } from './issue-conditions.ts';
import { onlyValue, readNumber, readTime } from './read-value.ts';
import type { ResolvedSearch } from './resolved-search.ts';
import { searchMistake } from './search-mistake.ts';
import type { SearchNode, SearchTerm, SearchValue } from './search-node.ts';

/** What words of a search mean at this moment for this person. */
export interface SearchWorld {
  readonly actor: Pick<Actor, 'type' | 'id'>;
  readonly nowMs: number;
  /** Numbers of the projects that are called so. */
  readonly projectsCalled: (value: SearchValue) => readonly string[];
  /** The newest release of each of the projects that are searched. */
  readonly latestReleases: readonly { readonly projectId: string; readonly release: string }[];
  /** The search is among the events of one issue: its text, level and the like are those of the events. */
  readonly isOfEvents?: boolean;
}

/** Tells issue facts and event facts apart; any key that is neither is a tag. Throws `tracking.query-invalid`. */
export function resolveSearch(node: SearchNode, world: SearchWorld): ResolvedSearch {
  if (node.type === 'all' || node.type === 'any') {
    return { type: node.type, nodes: node.nodes.map((inner) => resolveSearch(inner, world)) };
  }
  if (world.isOfEvents === true) return resolveForEvents(node, world);
  if (node.type === 'text') return ofIssue(negatedIf(containsText(node.value), node.isNegated));
  if (node.isTag) return eventMatch({ type: 'tag', key: node.key }, node);
  const key = node.key.toLowerCase();
  const onIssue = ISSUE_KEYS[key];
  if (onIssue !== undefined) return ofIssue(negatedIf(onIssue(node, world), node.isNegated));
  if (key === 'has') return has(node);
  if (key === 'users') return users(node);
  guardOperator(node);
  if (key === 'release' && onlyLatest(node)) return latestRelease(node, world);
  return eventMatch(EVENT_KEYS[key] ?? { type: 'tag', key: node.key }, node);
}

/** Among the events of one issue nothing is asked of the issue. */
function resolveForEvents(node: Exclude<SearchNode, { nodes: unknown }>, world: SearchWorld): ResolvedSearch {
  if (node.type === 'text') {
    const { value, isNegated } = node;
    const fields = (['title', 'message', 'transaction'] as const).map((name): EventCondition => {
      const patterns = [{ pieces: ['', ...value.pieces, ''] }];
      return { type: 'match', field: { type: 'column', name }, patterns, isNegated };
    });
    return { type: 'event', condition: { type: isNegated ? 'all' : 'any', conditions: fields } };
  }
  if (node.isTag) return eventMatch({ type: 'tag', key: node.key }, node);
  const key = node.key.toLowerCase();
  if (key === 'has') return has(node);
  guardOperator(node);
  const [latest] = world.latestReleases;
  if (key === 'release' && onlyLatest(node)) {
    const patterns = latest === undefined ? [] : [{ pieces: [latest.release] }];
    const field: EventField = { type: 'column', name: 'release' };
    return { type: 'event', condition: { type: 'match', field, patterns, isNegated: node.isNegated } };
  }
  const onlyIssues = ISSUE_KEYS[key] !== undefined && ONLY_EVENTS[key] === undefined;
  if (onlyIssues) {
    throw searchMistake(node.at, `${node.key} is a fact of issues`, 'search events by tags, users, releases and text');
  }
  return eventMatch(ONLY_EVENTS[key] ?? EVENT_KEYS[key] ?? { type: 'tag', key: node.key }, node);
}

/** What is a fact of an issue in lists, and of each event in the list of events. */
const ONLY_EVENTS: Readonly<Record<string, EventField>> = {
  level: { type: 'column', name: 'level' },
  platform: { type: 'column', name: 'platform' },
  type: { type: 'column', name: 'type' },
  'event.type': { type: 'column', name: 'type' },
  title: { type: 'column', name: 'title' },
  culprit: { type: 'column', name: 'culprit' },
};

/** The keys that are facts of issues, in lower case; for the manual and its test. */
export const issueKeys = (): readonly string[] => Object.keys(ISSUE_KEYS);

const ofIssue = (condition: IssueSql): ResolvedSearch => ({ type: 'issue', condition });

function guardOperator(term: SearchTerm): void {
  if (term.operator === '=') return;
  const reason = `${term.key} cannot be compared by ${term.operator}`;
  throw searchMistake(term.at, reason, 'numbers are timesSeen and users, times are firstSeen and lastSeen');
}

type IssueKey = (term: SearchTerm, world: SearchWorld) => IssueSql;

const textColumn =
  (column: string): IssueKey =>
  (term) => {
    guardOperator(term);
    return likeAny(column, term.values);
  };

const timeColumn =
  (column: string): IssueKey =>
  (term, { nowMs }) =>
    within(column, readTime(term, nowMs));

const oneOf =
  (column: string, allowed: readonly string[]): IssueKey =>
  (term) => {
    guardOperator(term);
    for (const value of term.values) {
      if (value.pieces.length === 1 && !allowed.includes(value.text.toLowerCase())) {
        throw searchMistake(value.at, `${term.key} is never ${value.text}`, `use ${allowed.join(', ')}`);
      }
    }
    return likeAny(column, term.values);
  };

const timesSeen: IssueKey = (term) => {
  const { operator, number } = readNumber(term);
  return compared('times_seen', operator, number);
};

const handled =
  (whenTrue: boolean): IssueKey =>
  (term) => {
    const { text, at } = onlyValue(term);
    const isTrue = /^(true|yes|1)$/i.test(text);
    if (!isTrue && !/^(false|no|0)$/i.test(text)) {
      throw searchMistake(at, `${term.key} is true or false`, `write ${term.key}:true`);
    }
    return isTrue === whenTrue ? sql<boolean>`i.handled` : sql<boolean>`(NOT i.handled)`;
  };

const LEVELS = ['fatal', 'error', 'warning', 'info', 'debug'];

const ISSUE_KEYS: Readonly<Record<string, IssueKey>> = {
  is: isWord,
  level: oneOf('level', LEVELS),
  priority: oneOf('priority', ['high', 'medium', 'low']),
  'issue.priority': oneOf('priority', ['high', 'medium', 'low']),
  assigned: assignedTo,
  assignee: assignedTo,
  firstrelease: firstRelease,
  'first-release': firstRelease,
  firstseen: timeColumn('first_seen_ms'),
  age: timeColumn('first_seen_ms'),
  lastseen: timeColumn('last_seen_ms'),
  timesseen: timesSeen,
  platform: textColumn('platform'),
  type: textColumn('type'),
  'event.type': textColumn('type'),
  title: textColumn('title'),
  culprit: textColumn('culprit'),
  'error.type': textColumn('title_type'),
  'error.value': textColumn('title_value'),
  'error.handled': handled(true),
  'error.unhandled': handled(false),
  issue: (term) => likeAny('short_id', term.values),
  'issue.id': issueIds,
  project: projectCalled,
};

function isWord(term: SearchTerm): IssueSql {
  guardOperator(term);
  return joined(
    term.values.map(({ text, at }) => {
      const condition = IS_WORDS[text.toLowerCase()];
      if (condition !== undefined) return condition;
      throw searchMistake(at, `an issue is never ${text}`, `use is: with ${Object.keys(IS_WORDS).join(', ')}`);
    }),
    'OR',
  );
}

/** `me` is nobody for an API key. */
function assignedTo(term: SearchTerm, { actor }: SearchWorld): IssueSql {
  guardOperator(term);
  return joined(
    term.values.map((value): IssueSql => {
      if (value.text === 'none' && !value.isQuoted) return sql<boolean>`i.assignee_id IS NULL`;
      if (value.text === 'me' && !value.isQuoted) {
        return actor.type === 'person' ? sql<boolean>`(i.assignee_id IS NOT DISTINCT FROM ${actor.id})` : sql`false`;
      }
      const byEmail = likeAny('assignee_email', [value]);
      return sql<boolean>`coalesce(${byEmail} OR ${likeAny('assignee_name', [value])}, false)`;
    }),
    'OR',
  );
}

function firstRelease(term: SearchTerm, { latestReleases }: SearchWorld): IssueSql {
  guardOperator(term);
  if (!onlyLatest(term)) return likeAny('first_release', term.values);
  return joined(
    latestReleases.map(
      ({ projectId, release }) => sql<boolean>`(i.project_id = ${projectId} AND i.first_release = ${release})`,
    ),
    'OR',
  );
}

function issueIds(term: SearchTerm): IssueSql {
  const ids = term.values.map(({ text, at }) => {
    if (!/^\d{1,15}$/.test(text)) throw searchMistake(at, `${text} is no number`, 'write issue:SHOP-1F for a short id');
    return Number(text);
  });
  return sql<boolean>`i.id = ANY (${ids}::bigint[])`;
}

function projectCalled(term: SearchTerm, { projectsCalled }: SearchWorld): IssueSql {
  guardOperator(term);
  return sql<boolean>`i.project_id = ANY (${term.values.flatMap(projectsCalled)}::text[])`;
}

const onlyLatest = ({ values }: SearchTerm): boolean =>
  values.length === 1 && values[0]?.text === 'latest' && !values[0].isQuoted;

/** An event of the newest release of its project. */
function latestRelease({ isNegated }: SearchTerm, { latestReleases }: SearchWorld): ResolvedSearch {
  const field: EventField = { type: 'column', name: 'release' };
  const nodes = latestReleases.map(({ projectId, release }): ResolvedSearch => {
    const condition: ResolvedSearch = {
      type: 'event',
      condition: { type: 'match', field, patterns: [{ pieces: [release] }], isNegated },
    };
    return { type: 'all', nodes: [ofIssue(sql<boolean>`i.project_id = ${projectId}`), condition] };
  });
  return { type: 'any', nodes };
}

const ISSUE_HAS: Readonly<Record<string, IssueSql>> = {
  assignee: sql<boolean>`i.assignee_id IS NOT NULL`,
  assigned: sql<boolean>`i.assignee_id IS NOT NULL`,
  comments: sql<boolean>`i.comment_count > 0`,
  firstrelease: sql<boolean>`i.first_release <> ''`,
};

function has(term: SearchTerm): ResolvedSearch {
  guardOperator(term);
  const { isNegated } = term;
  const nodes = term.values.map(({ text }): ResolvedSearch => {
    const onIssue = ISSUE_HAS[text.toLowerCase()];
    if (onIssue !== undefined) return ofIssue(negatedIf(onIssue, isNegated));
    const field: EventField = EVENT_KEYS[text.toLowerCase()] ?? { type: 'tag', key: text };
    return { type: 'event', condition: { type: 'has', field, isNegated } };
  });
  return { type: isNegated ? 'all' : 'any', nodes };
}

function users(term: SearchTerm): ResolvedSearch {
  const { operator, number } = readNumber(term);
  if (term.isNegated) throw searchMistake(term.at, 'a number of users cannot be negated', 'turn the comparison round');
  return { type: 'users', operator, users: number };
}
