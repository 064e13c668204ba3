import { DAY_MS, newSecret } from '../base/index.ts';
import type { Probe } from '../evidence/index.ts';
import type { LogRow } from '../telemetry/index.ts';
import { EXPIRY_GROUP, ensureProbeTarget, type ProbeDeps } from './probe-deps.ts';

const RETENTION_DAYS = 1;
const AGE_DAYS = 4;

/**
 * M8: rows past their retention are written beneath the checks of ingestion; they must be invisible to a query at once,
 * and the retention sweep must drop the whole part that holds them.
 */
export const expiredLogsDropped = (deps: ProbeDeps): Probe => ({
  id: 'expired-logs-dropped',
  promise: 'M8',
  statement: 'Logs past their retention are invisible and then dropped',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    const { logs, telemetry, clock } = deps;
    await ensureProbeTarget(deps, EXPIRY_GROUP, 'expired', RETENTION_DAYS);
    const nowMs = clock.nowMs();
    const timeMs = nowMs - AGE_DAYS * DAY_MS;
    await telemetry.appendLogs([expiredRow(timeMs, nowMs)]);
    const range = { startMs: timeMs - 1000, endMs: nowMs };
    const visible = await logs.queries.run(
      deps.actor,
      { query: 'fields @message', logGroups: [EXPIRY_GROUP], ...range },
      signal,
    );
    const before = await countRows(deps, signal);
    const plan = await logs.retention.plan(clock.nowMs());
    const applied = await logs.retention.apply(plan);
    const after = await countRows(deps, signal);
    const measurements = {
      visibleRows: visible.rows.length,
      rowsBefore: before,
      rowsAfter: after,
      partitionsDropped: applied.partitionsDropped,
    };
    const passed = visible.rows.length === 0 && before > 0 && after === 0 && applied.partitionsDropped > 0;
    const summary = passed
      ? `An expired log was invisible at once, and its part was dropped whole (${applied.partitionsDropped} dropped).`
      : `Of ${before} expired rows ${after} remain after the sweep, and a query saw ${visible.rows.length}.`;
    return { passed, summary, measurements };
  },
});

function expiredRow(timeMs: number, nowMs: number): LogRow {
  return {
    timeNs: BigInt(timeMs) * 1_000_000n,
    ingestTimeMs: nowMs,
    logGroup: EXPIRY_GROUP,
    logStream: 'expired',
    eventId: newSecret(20),
    service: 'holdfast-probe',
    severityNumber: 9,
    severityText: 'INFO',
    body: 'an expired log, written to see it dropped',
    traceId: '',
    spanId: '',
    traceFlags: 0,
    scopeName: '',
    scopeVersion: '',
    eventName: '',
    resource: {},
    attributesString: {},
    attributesNumber: {},
    attributesBool: {},
    retentionDays: RETENTION_DAYS,
    storageClass: 'standard',
  };
}

async function countRows(deps: ProbeDeps, signal: AbortSignal): Promise<number> {
  const { rows } = await deps.telemetry.query<{ readonly n: number | string }>({
    sql: 'SELECT count() AS n FROM holdfast.logs WHERE log_group = {group:String}',
    params: { group: EXPIRY_GROUP },
    signal,
  });
  return Number(rows[0]?.n ?? 0);
}
