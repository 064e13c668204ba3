import { DAY_MS } from '../../base/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import { checkRetention } from '../names.ts';
import type { LogGroupVerbs } from '../service.ts';

interface CountRow {
  readonly rows: string;
  readonly oldest: string;
  readonly newest: string;
}

/** Counts what a deletion, or with `retentionDays` a shorter retention, would take away. Changes nothing. */
export const planRemoval =
  (context: LogsContext): LogGroupVerbs['planRemoval'] =>
  async (actor, name, retentionDays) => {
    await context.authorize(actor, 'logs:Manage', { type: 'log-group', name });
    if (retentionDays !== undefined) checkRetention(retentionDays);
    context.registry.get(name);
    if (retentionDays === 0) return { rows: 0 };
    const endMs = retentionDays === undefined ? undefined : context.clock.nowMs() - retentionDays * DAY_MS;
    const { rows } = await context.telemetry.query<CountRow>({
      sql:
        'SELECT count() AS rows, toUnixTimestamp64Milli(min(time)) AS oldest, toUnixTimestamp64Milli(max(time)) AS newest ' +
        `FROM ${LOGS_TABLE} WHERE log_group = {logGroup:String}${
          endMs === undefined ? '' : ' AND time < fromUnixTimestamp64Milli({endMs:Int64})'
        }`,
      params: { logGroup: name, ...(endMs === undefined ? {} : { endMs: Math.floor(endMs) }) },
    });
    const found = rows[0];
    const count = Number(found?.rows ?? 0);
    return count === 0 || found === undefined
      ? { rows: 0 }
      : { rows: count, oldestMs: Number(found.oldest), newestMs: Number(found.newest) };
  };
