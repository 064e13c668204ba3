import type { Actor } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import { auditEntry, auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import type { LogsTables } from '../migrations.ts';
import { checkStreamName } from '../names.ts';
import type { LogStreamVerbs } from '../service.ts';
import type { LogStream } from '../types.ts';
import { getStream } from './stream-rows.ts';

const callOf = (logGroup: string, name: string) => ({
  eventName: 'CreateLogStream',
  parameters: { logGroupName: logGroup, logStreamName: name },
  logGroups: [logGroup],
});

/** A sender makes its own streams, so this asks for logs:Write and not for logs:Manage. */
export const createStream =
  (context: LogsContext): LogStreamVerbs['create'] =>
  async (actor, logGroup, name) => {
    await context.authorize(actor, 'logs:Write', { type: 'log-group', name: logGroup });
    checkStreamName(name);
    return await auditedChange(context, actor, callOf(logGroup, name), async () => {
      context.registry.get(logGroup);
      const created = await insertStream(context, logGroup, name);
      if (created === undefined) throw new Failure(LOGS_FAILURES.streamExists, { logGroup, logStream: name });
      return created;
    });
  };

/** For the write path: one that exists is as good as a new one. Counted in the audit log, because senders make many. */
export async function createMissingStream(
  context: LogsContext,
  actor: Actor,
  { logGroup, name }: { readonly logGroup: string; readonly name: string },
): Promise<void> {
  checkStreamName(name);
  const created = await insertStream(context, logGroup, name);
  if (created === undefined) {
    await getStream(context, logGroup, name);
    context.registry.rememberStream(logGroup, name);
    return;
  }
  const { eventName, logGroups } = callOf(logGroup, name);
  const entry = auditEntry(actor, { eventName, readOnly: false, category: 'Data', logGroups });
  context.audit.count(entry, { events: 1, bytes: 0 });
}

/** Undefined when it exists already. */
async function insertStream(context: LogsContext, logGroup: string, name: string): Promise<LogStream | undefined> {
  const { catalog, clock, registry } = context;
  const entry = registry.get(logGroup);
  const max = LOGS_LIMITS.streamsPerGroupMax;
  if (entry.streamCount >= max) {
    throw new Failure(LOGS_FAILURES.tooManyStreams, { logGroup, count: entry.streamCount, max });
  }
  const createdMs = Math.floor(clock.nowMs());
  const result = await catalog
    .db<LogsTables>()
    .insertInto('log_streams')
    .values({ log_group: logGroup, name, created_ms: createdMs, stored_bytes: 0, removing: false })
    .onConflict((conflict) => conflict.columns(['log_group', 'name']).doNothing())
    .executeTakeFirst();
  if ((result.numInsertedOrUpdatedRows ?? 0n) === 0n) return undefined;
  entry.streamCount += 1;
  registry.rememberStream(logGroup, name);
  return {
    logGroup,
    name,
    createdMs,
    firstEventMs: undefined,
    lastEventMs: undefined,
    lastIngestMs: undefined,
    storedBytes: 0,
  };
}
