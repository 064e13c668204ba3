import type { Selectable } from 'kysely';
import { Failure } from '../../base/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import type { LogStreamsTable, LogsTables } from '../migrations.ts';
import type { LogStream } from '../types.ts';

export const toStream = (row: Selectable<LogStreamsTable>): LogStream => ({
  logGroup: row.log_group,
  name: row.name,
  createdMs: row.created_ms,
  firstEventMs: row.first_event_ms ?? undefined,
  lastEventMs: row.last_event_ms ?? undefined,
  lastIngestMs: row.last_ingest_ms ?? undefined,
  storedBytes: row.stored_bytes,
});

/** Undefined when there is none; throws `logs.being-removed` while it goes. */
export async function findStream(
  { catalog }: LogsContext,
  logGroup: string,
  name: string,
): Promise<LogStream | undefined> {
  const row = await catalog
    .db<LogsTables>()
    .selectFrom('log_streams')
    .selectAll()
    .where('log_group', '=', logGroup)
    .where('name', '=', name)
    .executeTakeFirst();
  if (row?.removing === true) throw new Failure(LOGS_FAILURES.beingRemoved, { type: 'the log stream', name });
  return row === undefined ? undefined : toStream(row);
}

/** Throws `logs.stream-not-found` and `logs.being-removed`. */
export async function getStream(context: LogsContext, logGroup: string, logStream: string): Promise<LogStream> {
  const stream = await findStream(context, logGroup, logStream);
  if (stream === undefined) throw new Failure(LOGS_FAILURES.streamNotFound, { logGroup, logStream });
  return stream;
}
