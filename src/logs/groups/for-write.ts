import { Failure } from '../../base/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { checkGroupName } from '../names.ts';
import type { LogGroupVerbs } from '../service.ts';
import { createMissingStream } from '../streams/create-stream.ts';
import { findStream } from '../streams/stream-rows.ts';
import type { LogGroup } from '../types.ts';
import { createMissingGroup } from './create-group.ts';

/**
 * The group that a sender writes to. Two look-ups in memory when group and stream are known; the sink has authorized
 * the sender. Calls for the same missing name share one creation.
 */
export function forWrite(context: LogsContext): LogGroupVerbs['forWrite'] {
  const opening = new Map<string, Promise<LogGroup>>();
  return async (actor, { logGroup, logStream, createMissing }) => {
    const { registry } = context;
    if (registry.knowsStream(logGroup, logStream)) return registry.get(logGroup).group;
    const open = async (): Promise<LogGroup> => {
      if (!createMissing) {
        const { group } = registry.get(logGroup);
        const stream = await findStream(context, logGroup, logStream);
        if (stream === undefined) throw new Failure(LOGS_FAILURES.streamNotFound, { logGroup, logStream });
        registry.rememberStream(logGroup, logStream);
        return group;
      }
      checkGroupName(logGroup);
      const group = await createMissingGroup(context, actor, logGroup);
      await createMissingStream(context, actor, { logGroup, name: logStream });
      return group;
    };
    const key = `${createMissing}:${logGroup}:${logStream}`;
    const shared = opening.get(key);
    if (shared !== undefined) return await shared;
    const started = open().finally(() => opening.delete(key));
    opening.set(key, started);
    return await started;
  };
}
