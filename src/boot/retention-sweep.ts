import { type Clock, type Log, MINUTE_MS } from '../base/index.ts';
import type { LogRetention } from '../logs/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';

/** Plans and applies retention on a cadence, first a minute after start. */
export function startRetentionSweep(deps: {
  readonly retention: LogRetention;
  readonly telemetry: Pick<TelemetryStore, 'expireMetrics'>;
  /** What other areas remove by its time. */
  readonly others: readonly (() => Promise<void>)[];
  readonly everyMinutes: number;
  readonly clock: Clock;
  readonly log: Log;
}): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const sweep = async (): Promise<void> => {
    // The plan of logs refuses a clock that cannot be right; metrics and spans go only behind it.
    const plan = await deps.retention.plan(deps.clock.nowMs());
    await deps.telemetry.expireMetrics(deps.clock.nowMs());
    for (const sweepOther of deps.others) await sweepOther();
    if (plan.drops.length === 0 && plan.rehomes.length === 0) return;
    const { partitionsDropped, rowsDropped } = await deps.retention.apply(plan);
    deps.log.info({ partitionsDropped, rowsDropped, rehomed: plan.rehomes.length }, 'retention was applied');
  };
  const loop = async (): Promise<void> => {
    let waitMs = MINUTE_MS;
    while (!stopping.signal.aborted) {
      await deps.clock.sleep(waitMs, stopping.signal);
      await sweep().catch((error: unknown) => deps.log.error({ err: error }, 'retention could not be applied'));
      waitMs = deps.everyMinutes * MINUTE_MS;
    }
  };
  const running = loop().catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort(new Error('stopping'));
      await running;
    },
  };
}
