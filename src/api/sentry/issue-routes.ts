import type { Issue, IssueChange, IssueQuery, StoredEvent } from '../../issues/index.ts';
import type { SentryCall, SentryHandler, SentryRoute } from './calls.ts';
import { SENTRY_API_LIMITS } from './limits.ts';
import { type Fields, invalid, isFields, isoTime, pageOf, projectBySlug, readFields, textOf } from './read-call.ts';

const MINUTE_MS = 60_000;

const issueView = (issue: Issue, events: number, users: number) => ({
  id: issue.id,
  shortId: issue.shortId,
  title: issue.title,
  culprit: issue.culprit,
  level: issue.level,
  status: issue.status,
  substatus: issue.substatus ?? null,
  firstSeen: isoTime(issue.firstSeenMs),
  lastSeen: isoTime(issue.lastSeenMs),
  count: String(events),
  userCount: users,
});

const allTime = (call: SentryCall, projectId: string, query: string): IssueQuery => ({
  query,
  projectIds: [projectId],
  fromMs: 0,
  toMs: call.deps.clock.nowMs(),
  sort: 'last-seen',
  limit: SENTRY_API_LIMITS.listMax,
});

const listIssues: SentryHandler = async (call) => {
  const project = projectBySlug(call, call.param('project'));
  const cursor = call.query.get('cursor') ?? '';
  const page = await call.deps.issues.list(call.actor, {
    ...allTime(call, project.id, call.query.get('query') ?? ''),
    ...(cursor === '' ? {} : { cursor }),
  });
  return pageOf(
    call,
    page.issues.map(({ issue, events, users }) => issueView(issue, events, users)),
    page.next,
  );
};

/** A change in Sentry's words. `muted` is what sentry-cli says for what is called archived today. */
function changeOf(fields: Fields, nowMs: number): IssueChange {
  const status = textOf(fields, 'status') ?? '';
  const details = isFields(fields['statusDetails']) ? fields['statusDetails'] : {};
  switch (status) {
    case 'resolved': {
      const release = textOf(details, 'inRelease');
      if (release !== undefined) return { type: 'resolve', in: { release } };
      return { type: 'resolve', in: details['inNextRelease'] === true ? 'next-release' : 'now' };
    }
    case 'resolvedInNextRelease':
      return { type: 'resolve', in: 'next-release' };
    case 'unresolved':
      return { type: 'unresolve' };
    case 'muted':
    case 'ignored': {
      const minutes = fields['snoozeDuration'] ?? fields['ignoreDuration'] ?? details['ignoreDuration'];
      if (minutes === undefined || minutes === null) return { type: 'ignore', condition: {} };
      if (typeof minutes !== 'number' || !(minutes > 0)) throw invalid('the duration is not a number of minutes');
      return { type: 'ignore', condition: { untilMs: nowMs + minutes * MINUTE_MS } };
    }
    default:
      throw invalid(`the status ${JSON.stringify(status.slice(0, 40))} is not known`);
  }
}

const changeIssues: SentryHandler = async (call) => {
  const project = projectBySlug(call, call.param('project'));
  const fields = await readFields(call);
  const change = changeOf(fields, call.deps.clock.nowMs());
  const named = call.query.getAll('id');
  const ids = named.length > 0 ? named : await matchingIds(call, project.id);
  if (ids.length > SENTRY_API_LIMITS.bulkIssuesMax) throw invalid('too many issues are named at once');
  for (let at = 0; at < ids.length; at += SENTRY_API_LIMITS.bulkStep) {
    await call.deps.issues.change(call.actor, ids.slice(at, at + SENTRY_API_LIMITS.bulkStep), change);
  }
  return { status: 200, body: { status: textOf(fields, 'status'), statusDetails: {} } };
};

const STATUS_WORDS: Readonly<Record<string, string>> = {
  resolved: 'is:resolved',
  unresolved: 'is:unresolved',
  muted: 'is:ignored',
  ignored: 'is:ignored',
};

/** Without ids a change is for all issues of the project, or for those of one status. */
async function matchingIds(call: SentryCall, projectId: string): Promise<readonly string[]> {
  const status = call.query.get('status');
  const word = status === null ? '' : STATUS_WORDS[status];
  if (word === undefined) throw invalid('the status to filter by is not known');
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const query = allTime(call, projectId, word);
    const page = await call.deps.issues.list(call.actor, { ...query, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.issues.map(({ issue }) => issue.id));
    cursor = page.next;
  } while (cursor !== undefined && ids.length < SENTRY_API_LIMITS.bulkIssuesMax);
  return ids.slice(0, SENTRY_API_LIMITS.bulkIssuesMax);
}

const eventView = (event: Omit<StoredEvent, 'payload'>) => ({
  id: event.eventId,
  eventID: event.eventId,
  dateCreated: isoTime(event.timeMs),
  title: event.title,
  message: event.message,
  platform: event.platform,
  culprit: event.culprit,
  // A number in the answer of this call alone.
  project: Number(event.projectId),
  release: event.release === '' ? null : { version: event.release },
  dist: event.dist === '' ? null : event.dist,
  user: null,
  tags: Object.entries(event.tags).map(([key, value]) => ({ key, value })),
});

const listEvents: SentryHandler = async (call) => {
  const project = projectBySlug(call, call.param('project'));
  const events = await call.deps.events(call.actor, project.id, { limit: SENTRY_API_LIMITS.listMax });
  return pageOf(call, events.map(eventView), undefined);
};

const ISSUES = 'projects/{organization}/{project}/issues';

export const ISSUE_ROUTES: readonly SentryRoute[] = [
  { method: 'GET', path: ISSUES, handle: listIssues },
  { method: 'PUT', path: ISSUES, handle: changeIssues },
  { method: 'GET', path: 'projects/{organization}/{project}/events', handle: listEvents },
];
