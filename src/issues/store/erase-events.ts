import { invariant } from '../../base/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import { ISSUES_STORE_LIMITS as LIMITS } from './limits.ts';

/** Removes the events of a project that is deleted for good; may be repeated. */
export const eraseEvents =
  (telemetry: Pick<TelemetryStore, 'query' | 'deleteErrorEvents'>) =>
  async (projectId: string): Promise<void> => {
    let before = -1;
    for (;;) {
      const { rows } = await telemetry.query<{ readonly hash_id: string }>({
        sql:
          'SELECT DISTINCT hash_id FROM error_events WHERE project_id = {project:String} AND hash_id > {after:Int64} ' +
          'ORDER BY hash_id LIMIT {limit:UInt32}',
        params: { project: projectId, after: before, limit: LIMITS.erasedHashesMax },
      });
      const hashIds = rows.map(({ hash_id }) => Number(hash_id));
      const last = hashIds.at(-1);
      if (last === undefined) return;
      invariant(last > before, 'hashes are read in their order');
      before = last;
      await telemetry.deleteErrorEvents({ projectId, hashIds });
    }
  };
