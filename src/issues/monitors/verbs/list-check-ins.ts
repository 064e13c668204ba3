import { Failure } from '../../../base/index.ts';
import type { MonitorsContext } from '../context.ts';
import { MONITORS_FAILURES } from '../failures.ts';
import { MONITORS_LIMITS as LIMITS } from '../limits.ts';
import type { MonitorsTables } from '../migrations.ts';
import { toRun } from '../monitor-rows.ts';
import type { CheckIn, MonitorVerbs } from '../types.ts';
import { authorizeRead, knownMonitor } from './verb-context.ts';

/** A page goes on behind its last run: `<started>.<id>`. */
export const listCheckIns =
  (context: MonitorsContext): MonitorVerbs['checkIns'] =>
  async (actor, ref, page) => {
    await authorizeRead(context, actor, ref.projectId);
    const limit = Math.max(1, Math.min(page.limit, LIMITS.pageMax));
    const db = context.catalog.db<MonitorsTables>();
    const monitor = await knownMonitor(db, ref);
    let runs = db.selectFrom('monitor_runs').selectAll().where('monitor_id', '=', monitor.id);
    if (page.environment !== undefined) runs = runs.where('environment', '=', page.environment);
    if (page.before !== undefined) {
      const [, startedMs, id] = /^(\d{1,15})\.([0-9a-f]{32})$/.exec(page.before) ?? [];
      if (startedMs === undefined || id === undefined) {
        const details = { field: 'before', value: page.before.slice(0, 60), expected: 'what the page before answered' };
        throw new Failure(MONITORS_FAILURES.rangeInvalid, details);
      }
      runs = runs.where((eb) => eb(eb.refTuple('started_ms', 'id'), '<', eb.tuple(Number(startedMs), id)));
    }
    const rows = await runs
      .orderBy('started_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const checkIns = rows.slice(0, limit).map((row): CheckIn => {
      const { timeoutMs: _timeout, ...checkIn } = toRun(row);
      return checkIn;
    });
    const last = checkIns.at(-1);
    return rows.length > limit && last !== undefined
      ? { checkIns, next: `${last.startedMs}.${last.id}` }
      : { checkIns };
  };
