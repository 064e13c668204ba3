import { sql } from 'kysely';
import type { Catalog } from '../../catalog/index.ts';
import type { ErrorKeepingTables } from '../pipeline/index.ts';
import type { IssueEvents } from '../tracking/index.ts';
import type { AttachmentView, Feedback } from '../types.ts';
import { ISSUES_STORE_LIMITS as LIMITS } from './limits.ts';

/** An attachment with where its bytes are. */
export interface KeptAttachment extends AttachmentView {
  readonly projectId: string;
  readonly kind: string;
  readonly ownerId: string;
  /** For BlobStore.get. */
  readonly blobId: string;
}

const fromRow = (row: ErrorKeepingTables['error_attachments']): KeptAttachment => ({
  id: row.id,
  projectId: row.project_id,
  kind: row.kind,
  ownerId: row.owner_id,
  filename: row.filename,
  contentType: row.content_type,
  attachmentType: row.attachment_type,
  bytes: Number(row.length_bytes),
  receivedMs: Number(row.received_ms),
  isRedacted: row.is_redacted,
  blobId: row.blob_id,
});

export async function attachments(
  catalog: Catalog,
  projectId: string,
  eventId: string,
): Promise<readonly KeptAttachment[]> {
  const rows = await catalog
    .db<ErrorKeepingTables>()
    .selectFrom('error_attachments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('owner_id', '=', eventId)
    .orderBy('received_ms')
    .orderBy('id')
    .limit(LIMITS.pageMax)
    .execute();
  return rows.map(fromRow);
}

export async function attachment(catalog: Catalog, id: string): Promise<KeptAttachment | undefined> {
  const row = await catalog
    .db<ErrorKeepingTables>()
    .selectFrom('error_attachments')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? undefined : fromRow(row);
}

type FeedbackFilter = Parameters<IssueEvents['feedback']>[0];

export async function feedback(catalog: Catalog, filter: FeedbackFilter): ReturnType<IssueEvents['feedback']> {
  const db = catalog.db<ErrorKeepingTables>();
  let query = db
    .selectFrom('error_feedback')
    .selectAll()
    .where('project_id', '=', sql<string>`ANY(${filter.projectIds}::text[])`);
  if (filter.hashIds !== undefined) query = query.where('hash_id', '=', sql<number>`ANY(${filter.hashIds}::bigint[])`);
  if (filter.eventId !== undefined) query = query.where('event_id', '=', filter.eventId);
  if (filter.before !== undefined) {
    const place = db
      .selectFrom('error_feedback')
      .select(['time_ms', 'feedback_id'])
      .where('project_id', '=', sql<string>`ANY(${filter.projectIds}::text[])`)
      .where('feedback_id', '=', filter.before)
      .limit(1);
    query = query.where(sql<boolean>`(time_ms, feedback_id) < (${place})`);
  }
  const rows = await query
    .orderBy('time_ms', 'desc')
    .orderBy('feedback_id', 'desc')
    .limit(Math.min(Math.max(1, filter.limit), LIMITS.pageMax))
    .execute();
  return rows.map(toFeedback);
}

function toFeedback(
  row: {
    readonly [K in keyof ErrorKeepingTables['error_feedback']]: unknown;
  },
): Feedback & { readonly hashId?: number } {
  const text = (value: unknown): string => String(value ?? '');
  const some = <K extends string>(name: K, value: unknown): { readonly [P in K]?: string } =>
    value === null || value === undefined ? {} : ({ [name]: String(value) } as { readonly [P in K]?: string });
  return {
    projectId: text(row.project_id),
    feedbackId: text(row.feedback_id),
    ...some('eventId', row.event_id),
    timeMs: Number(row.time_ms),
    name: text(row.name),
    email: text(row.email),
    message: text(row.message),
    url: text(row.url),
    source: text(row.source),
    environment: text(row.environment),
    release: text(row.release),
    ...some('traceId', row.trace_id),
    ...some('replayId', row.replay_id),
    ...(row.hash_id === null || row.hash_id === undefined ? {} : { hashId: Number(row.hash_id) }),
  };
}

/** How much feedback the hashes of each group have; a group without any is absent. */
export async function feedbackCounts(
  catalog: Catalog,
  projectIds: readonly string[],
  groups: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  if (groups.size === 0) return new Map();
  const rows = await catalog
    .db<ErrorKeepingTables>()
    .selectFrom('error_feedback')
    .select(['hash_id', (row) => row.fn.countAll<number>().as('count')])
    .where('project_id', '=', sql<string>`ANY(${projectIds}::text[])`)
    .where('hash_id', '=', sql<number>`ANY(${[...groups.keys()]}::bigint[])`)
    .groupBy('hash_id')
    .execute();
  const counts = new Map<number, number>();
  for (const row of rows) {
    const hashId = Number(row.hash_id);
    const key = groups.get(hashId) ?? hashId;
    counts.set(key, (counts.get(key) ?? 0) + Number(row.count));
  }
  return counts;
}
