import { createHash } from 'node:crypto';
import { clip, DAY_MS, newId, storableText } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { BlobStore, IncomingBlob, IncomingEvent, Project } from '../types.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';
import type { ErrorAttachmentsTable, ErrorKeepingTables } from './migrations.ts';
import { redactBytes } from './redact-bytes.ts';

export interface KeepBlobsDeps {
  readonly catalog: Catalog;
  readonly blobs: BlobStore;
  readonly redactor: Redactor;
}

/** Puts bytes into the vault and names them in PostgreSQL; the same bytes of the same owner again change nothing. */
export async function keepBlob(deps: KeepBlobsDeps, blob: IncomingBlob, report: RedactionReport): Promise<void> {
  const { redactor } = deps;
  const { bytes, isRedacted } = await redactBytes(blob, redactor, report);
  const word = (text: string): string => clip(redactor.text(storableText(text), report), LIMITS.nameLengthMax);
  const keepUntilMs = keepUntil(blob.project, blob.receivedMs);
  // The bytes first: a row that names nothing would be worse than bytes that nobody names.
  const kept = await deps.blobs.put(onePiece(bytes), {
    kind: blob.kind,
    facts: { project: blob.project.id, owner: ownerOf(blob) },
    keepUntilMs,
  });
  const row: ErrorAttachmentsTable = {
    id: newId(blob.receivedMs),
    project_id: blob.project.id,
    kind: blob.kind,
    owner_id: ownerOf(blob),
    trace_id: /^[\da-f]{32}$/.test(blob.traceId ?? '') ? (blob.traceId ?? '') : '',
    filename: word(blob.filename),
    content_type: word(blob.contentType),
    attachment_type: word(blob.attachmentType),
    length_bytes: bytes.length,
    sha1: createHash('sha1').update(bytes).digest('hex'),
    blob_id: kept.id,
    is_redacted: isRedacted,
    facts: JSON.stringify(redactor.value(blob.facts, report)),
    received_ms: blob.receivedMs,
    keep_until_ms: keepUntilMs,
  };
  await deps.catalog
    .db<ErrorKeepingTables>()
    .insertInto('error_attachments')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Attachments that came with an event. */
export const blobsOf = (event: IncomingEvent): readonly IncomingBlob[] =>
  event.attachments.map((attachment) => ({
    ...attachment,
    project: event.project,
    kind: attachment.attachmentType === 'event.minidump' ? 'minidump' : 'attachment',
    ownerId: event.eventId,
    receivedMs: event.receivedMs,
    facts: {},
  }));

/** An id, or what is left of it: it stands in keys. */
const ownerOf = (blob: IncomingBlob): string =>
  blob.ownerId
    .toLowerCase()
    .replace(/[^\da-z]/g, '')
    .slice(0, 64);

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Kept as long as events of the project; what is kept for ever ends in a thousand years. */
export const keepUntil = (project: Project, fromMs: number): number =>
  fromMs + (project.settings.retentionDays === 0 ? FOR_EVER_DAYS : project.settings.retentionDays) * DAY_MS;

const FOR_EVER_DAYS = 365_000;
