import { sql } from 'kysely';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import { LOGS_LIMITS } from '../limits.ts';
import type { LogsTables } from '../migrations.ts';
import type { LogGroupVerbs } from '../service.ts';
import type { GroupRegistry } from './group-registry.ts';

export type WriteNote = Parameters<LogGroupVerbs['noteWritten']>[0];

/**
 * Times and sizes of streams, gathered in memory and written in batches. They are derived from the rows: a crash
 * loses at most the last seconds of them and never a row.
 */
export interface WriteNotes {
  readonly add: (note: WriteNote) => void;
  /** Takes from the size of a group what retention has dropped. */
  readonly shrink: (logGroup: string, bytes: number) => void;
  /** Writes what is gathered. Failing leaves it gathered. */
  readonly flush: () => Promise<void>;
  readonly forget: (logGroup: string, logStream?: string) => void;
  readonly close: () => Promise<void>;
}

export interface WriteNotesDeps {
  readonly catalog: Catalog;
  readonly registry: GroupRegistry;
  readonly clock: Clock;
  readonly log: Log;
}

export function createWriteNotes(deps: WriteNotesDeps): WriteNotes {
  let pending = new Map<string, WriteNote>();
  let shrinking = new Map<string, number>();
  let flushing: Promise<void> = Promise.resolve();
  const stop = new AbortController();
  const flush = (): Promise<void> => {
    const next = flushing
      .catch(() => undefined)
      .then(async () => {
        const batch = pending;
        const shrinks = shrinking;
        pending = new Map();
        shrinking = new Map();
        try {
          if (batch.size + shrinks.size > 0) await writeNotes(deps.catalog, [...batch.values()], shrinks);
        } catch (error) {
          for (const note of batch.values()) merge(pending, note);
          for (const [logGroup, bytes] of shrinks) shrinking.set(logGroup, (shrinking.get(logGroup) ?? 0) + bytes);
          throw error;
        }
      });
    flushing = next.catch(() => undefined);
    return next;
  };
  const flushInBackground = (): void => {
    flush().catch((error: unknown) => deps.log.warn({ err: error }, 'sizes and times of streams could not be written'));
  };
  const loop = runEvery(deps.clock, stop.signal, flushInBackground);
  return {
    add: (note) => {
      merge(pending, note);
      const entry = deps.registry.entry(note.logGroup);
      if (entry !== undefined) {
        entry.group = { ...entry.group, storedBytes: entry.group.storedBytes + note.bytes };
      }
      if (pending.size >= LOGS_LIMITS.notesPendingMax) flushInBackground();
    },
    shrink: (logGroup, bytes) => {
      shrinking.set(logGroup, (shrinking.get(logGroup) ?? 0) + bytes);
      const entry = deps.registry.entry(logGroup);
      if (entry === undefined) return;
      entry.group = { ...entry.group, storedBytes: Math.max(0, entry.group.storedBytes - bytes) };
    },
    flush,
    forget: (logGroup, logStream) => {
      for (const [key, note] of pending) {
        if (note.logGroup === logGroup && (logStream === undefined || note.logStream === logStream))
          pending.delete(key);
      }
    },
    close: async () => {
      stop.abort();
      await loop;
      await flush();
    },
  };
}

async function runEvery(clock: Clock, signal: AbortSignal, work: () => void): Promise<void> {
  while (!signal.aborted) {
    const slept = await clock.sleep(LOGS_LIMITS.notesFlushMs, signal).then(
      () => true,
      () => false,
    );
    if (slept) work();
  }
}

function merge(pending: Map<string, WriteNote>, note: WriteNote): void {
  const key = `${note.logGroup}:${note.logStream}`;
  const known = pending.get(key);
  pending.set(
    key,
    known === undefined
      ? note
      : {
          ...note,
          firstEventMs: Math.min(known.firstEventMs, note.firstEventMs),
          lastEventMs: Math.max(known.lastEventMs, note.lastEventMs),
          ingestMs: Math.max(known.ingestMs, note.ingestMs),
          bytes: known.bytes + note.bytes,
        },
  );
}

/** One transaction, so that the sizes of groups and of their streams never differ after a crash. */
async function writeNotes(
  catalog: Catalog,
  notes: readonly WriteNote[],
  shrinks: ReadonlyMap<string, number>,
): Promise<void> {
  const json = JSON.stringify(notes);
  const columns = sql`jsonb_to_recordset(${json}::jsonb)
    AS note("logGroup" text, "logStream" text, "firstEventMs" bigint, "lastEventMs" bigint, "ingestMs" bigint, bytes bigint)`;
  await catalog.transaction<LogsTables, void>(async (trx) => {
    await sql`UPDATE log_streams SET
        first_event_ms = least(log_streams.first_event_ms, note."firstEventMs"),
        last_event_ms = greatest(log_streams.last_event_ms, note."lastEventMs"),
        last_ingest_ms = greatest(log_streams.last_ingest_ms, note."ingestMs"),
        stored_bytes = log_streams.stored_bytes + note.bytes
      FROM ${columns}
      WHERE log_streams.log_group = note."logGroup" AND log_streams.name = note."logStream"`.execute(trx);
    await sql`UPDATE log_groups SET stored_bytes = log_groups.stored_bytes + sums.bytes
      FROM (SELECT note."logGroup" AS name, sum(note.bytes)::bigint AS bytes FROM ${columns} GROUP BY 1) AS sums
      WHERE log_groups.name = sums.name`.execute(trx);
    for (const [name, bytes] of shrinks) {
      await sql`UPDATE log_groups SET stored_bytes = greatest(0, stored_bytes - ${bytes}::bigint)
        WHERE name = ${name}`.execute(trx);
    }
  });
}
