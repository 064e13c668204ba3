import { sql, type Transaction } from 'kysely';
import { Failure, invariant } from '../../../base/index.ts';
import type { AssignedEvent, GroupedEvent, IssueTracker } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { groupBy } from '../group-by.ts';
import type { KnownHash } from '../hash-cache.ts';
import type { IssuesTables } from '../migrations.ts';
import { shortIdOf } from '../short-id.ts';
import { type SeenFacts, seenFacts } from './seen-facts.ts';

/**
 * Finds the issue of each event by its hashes, primary first; the first that is known wins and takes the others that
 * are not known yet. An issue that only an older algorithm knows is found by `previousHashes` and learns the new ones.
 * What nobody knows becomes a new issue, whose counters stay at zero, and which nobody sees, until it is recorded.
 */
export const assignEvents =
  (context: TrackingContext): IssueTracker['assign'] =>
  async (events) => {
    const remembered = events.map((event) => fromMemory(context, event));
    const asked = events.filter((_, index) => remembered[index] === undefined);
    if (asked.length === 0) return remembered.map(required);
    const stored = await context.inTurn(async () => {
      const hashes = await context.catalog.transaction<IssuesTables, ReadonlyMap<string, KnownHash>>((trx) =>
        assignInStore(context, trx, asked),
      );
      for (const [key, found] of hashes) context.hashes.set(...splitKey(key), found);
      return hashes;
    });
    return events.map((event, index) => required(remembered[index] ?? stored.get(primaryKey(event))));
  };

/** Undefined unless every hash of the event is remembered: one that is not may have to be attached. */
function fromMemory({ hashes }: TrackingContext, { event, grouping }: GroupedEvent): KnownHash | undefined {
  const found = grouping.hashes.map((hash) => hashes.get(event.projectId, hash));
  return found.includes(undefined) ? undefined : found[0];
}

function required(known: KnownHash | undefined): AssignedEvent {
  invariant(known !== undefined, 'every hash of a batch has a row after assigning');
  return { hashId: known.hashId, issueId: String(known.issueId) };
}

// A project id is digits, so the first slash ends it.
const keyOf = (projectId: string, hash: string): string => `${projectId}/${hash}`;
const splitKey = (key: string): readonly [string, string] => {
  const at = key.indexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
};

function primaryKey({ event, grouping }: GroupedEvent): string {
  const [primary] = grouping.hashes;
  invariant(primary !== undefined, 'grouping answers at least one hash');
  return keyOf(event.projectId, primary);
}

/** An issue that a batch makes; its number is known after it was inserted. */
interface PlannedIssue {
  readonly projectId: string;
  readonly facts: SeenFacts;
  issueId: number;
}

interface PlannedHash {
  readonly projectId: string;
  readonly hash: string;
  readonly version: string;
  readonly facts: SeenFacts;
  readonly issue: PlannedIssue | KnownHash;
}

async function assignInStore(
  context: TrackingContext,
  trx: Transaction<IssuesTables>,
  events: readonly GroupedEvent[],
): Promise<ReadonlyMap<string, KnownHash>> {
  const known = await readHashes(trx, events);
  const { issues, hashes } = planHashes(events, known);
  await insertIssues(context, trx, issues);
  const inserted = await insertHashes(trx, hashes);
  return new Map([...known, ...inserted]);
}

async function readHashes(
  trx: Transaction<IssuesTables>,
  events: readonly GroupedEvent[],
): Promise<ReadonlyMap<string, KnownHash>> {
  const wanted = new Map<string, readonly [string, string]>();
  for (const { event, grouping, previousHashes } of events) {
    for (const hash of [...grouping.hashes, ...previousHashes]) {
      wanted.set(keyOf(event.projectId, hash), [event.projectId, hash]);
    }
  }
  const pairs = [...wanted.values()];
  const found = await sql<{ id: number; project_id: string; hash: string; issue_id: number }>`
    SELECT h.id, h.project_id, h.hash, h.issue_id
    FROM unnest(${pairs.map(([projectId]) => projectId)}::text[], ${pairs.map(([, hash]) => hash)}::text[])
      AS wanted (project_id, hash)
    JOIN issue_hashes h ON h.project_id = wanted.project_id AND h.hash = wanted.hash AND h.deleted_ms IS NULL
  `.execute(trx);
  return new Map(found.rows.map((row) => [keyOf(row.project_id, row.hash), { hashId: row.id, issueId: row.issue_id }]));
}

/** Events of one batch see what those before them made. Pure. */
export function planHashes(
  events: readonly GroupedEvent[],
  known: ReadonlyMap<string, KnownHash>,
): { readonly issues: readonly PlannedIssue[]; readonly hashes: readonly PlannedHash[] } {
  const owners = new Map<string, PlannedIssue | KnownHash>(known);
  const issues: PlannedIssue[] = [];
  const hashes: PlannedHash[] = [];
  for (const grouped of events) {
    const { event, grouping, previousHashes } = grouped;
    const { projectId } = event;
    const first = [...grouping.hashes, ...previousHashes].find((hash) => owners.has(keyOf(projectId, hash)));
    let facts: SeenFacts | undefined;
    let owner = first === undefined ? undefined : owners.get(keyOf(projectId, first));
    if (owner === undefined) {
      facts = seenFacts(grouped);
      owner = { projectId, facts, issueId: 0 };
      issues.push(owner);
    }
    for (const hash of grouping.hashes) {
      if (owners.has(keyOf(projectId, hash))) continue;
      facts ??= seenFacts(grouped);
      owners.set(keyOf(projectId, hash), owner);
      hashes.push({ projectId, hash, version: grouping.version, facts, issue: owner });
    }
  }
  return { issues, hashes };
}

/** Takes as many numbers as the batch needs of each project in one statement, then inserts all issues in another. */
async function insertIssues(
  { projects, clock }: TrackingContext,
  trx: Transaction<IssuesTables>,
  issues: readonly PlannedIssue[],
): Promise<void> {
  if (issues.length === 0) return;
  const byProject = groupBy(issues, ({ projectId }) => projectId);
  const taken = await sql<{ project_id: string; last_number: number }>`
    INSERT INTO issue_numbers AS n (project_id, last_number)
    SELECT * FROM unnest(${[...byProject.keys()]}::text[], ${[...byProject.values()].map((of) => of.length)}::int[])
    ON CONFLICT (project_id) DO UPDATE SET last_number = n.last_number + excluded.last_number
    RETURNING project_id, last_number
  `.execute(trx);
  const byShortId = new Map<string, PlannedIssue>();
  for (const { project_id: projectId, last_number: last } of taken.rows) {
    const slug = projects.byId(projectId)?.slug;
    if (slug === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.projectNotFound, { project: projectId });
    const ofProject = byProject.get(projectId) ?? [];
    for (const [index, issue] of ofProject.entries()) {
      byShortId.set(shortIdOf(slug, last - ofProject.length + 1 + index), issue);
    }
  }
  const nowMs = clock.nowMs();
  const rows = [...byShortId].map(([shortId, { projectId, facts }]) => ({
    ...{ project_id: projectId, short_id: shortId, state_ms: nowMs, priority: facts.priority },
    ...facts.columns,
  }));
  const inserted = await sql<{ id: number; short_id: string }>`
    INSERT INTO issues (project_id, short_id, status, substatus, state_ms, priority, level, type, platform, title,
      title_type, title_value, culprit, first_seen_ms, last_seen_ms, handled)
    SELECT project_id, short_id, 'unresolved', 'new', state_ms, priority, level, type, platform, title,
      title_type, title_value, culprit, first_seen_ms, first_seen_ms, handled
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x (project_id text, short_id text, state_ms bigint,
      priority text, level text, type text, platform text, title text, title_type text, title_value text,
      culprit text, first_seen_ms bigint, handled boolean)
    RETURNING id, short_id
  `.execute(trx);
  for (const { id, short_id: shortId } of inserted.rows) {
    const issue = byShortId.get(shortId);
    if (issue !== undefined) issue.issueId = id;
  }
}

async function insertHashes(
  trx: Transaction<IssuesTables>,
  hashes: readonly PlannedHash[],
): Promise<ReadonlyMap<string, KnownHash>> {
  if (hashes.length === 0) return new Map();
  const rows = hashes.map(({ projectId, hash, version, facts, issue }) => ({
    ...{ project_id: projectId, hash, version, issue_id: issue.issueId },
    ...facts.columns,
  }));
  const inserted = await sql<{ id: number; project_id: string; hash: string; issue_id: number }>`
    INSERT INTO issue_hashes (project_id, hash, version, issue_id, level, type, platform, title, title_type,
      title_value, culprit, first_seen_ms, last_seen_ms, handled)
    SELECT project_id, hash, version, issue_id, level, type, platform, title, title_type, title_value, culprit,
      first_seen_ms, first_seen_ms, handled
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x (project_id text, hash text, version text,
      issue_id bigint, level text, type text, platform text, title text, title_type text, title_value text,
      culprit text, first_seen_ms bigint, handled boolean)
    RETURNING id, project_id, hash, issue_id
  `.execute(trx);
  return new Map(
    inserted.rows.map((row) => [keyOf(row.project_id, row.hash), { hashId: row.id, issueId: row.issue_id }]),
  );
}
