import { Failure, newSecret, SECOND_MS } from '../base/index.ts';
import type { Probe } from '../evidence/index.ts';
import { DRILLS_FAILURES } from './failures.ts';
import { DRILLS_LIMITS } from './limits.ts';
import type { ProbeProtocol } from './probe-clients.ts';
import { ensureProbeTarget, PROBE_GROUP, type ProbeDeps } from './probe-deps.ts';

/** M1: a record is sent through each protocol as a client would, and found by a query. */
export const canaryLogFound = (deps: ProbeDeps): Probe => ({
  id: 'canary-log-found',
  promise: 'M1',
  statement: 'A log sent through each protocol is found by search',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    const measurements: Record<string, number> = {};
    for (const protocol of deps.clients.protocols) {
      const { acknowledgedMs, foundMs } = await findCanary(deps, protocol, signal);
      measurements[`${protocol.name}AcknowledgedAfterMs`] = acknowledgedMs;
      measurements[`${protocol.name}FoundAfterMs`] = foundMs;
    }
    const slowest = Math.max(...deps.clients.protocols.map(({ name }) => measurements[`${name}FoundAfterMs`] ?? 0));
    const names = deps.clients.protocols.map(({ title }) => title).join(', ');
    return {
      passed: true,
      summary: `A log sent over each of ${names} was found at most ${slowest} ms after it was sent.`,
      measurements,
    };
  },
});

async function findCanary(
  deps: ProbeDeps,
  protocol: ProbeProtocol,
  signal: AbortSignal,
): Promise<{ readonly acknowledgedMs: number; readonly foundMs: number }> {
  const { clock, logs } = deps;
  const word = `canary${newSecret(16)}`;
  await ensureProbeTarget(deps, PROBE_GROUP, protocol.name);
  const sentMs = clock.nowMs();
  const started = clock.monotonicMs();
  const log = {
    logGroup: PROBE_GROUP,
    logStream: protocol.name,
    timeMs: sentMs,
    body: `a canary log: ${word}`,
    attributes: { probe: protocol.name },
  };
  await protocol.send(deps.sender, log, signal);
  const acknowledgedMs = Math.round(clock.monotonicMs() - started);
  const request = {
    query: `fields @message | filter @message like "${word}"`,
    logGroups: [PROBE_GROUP],
    startMs: sentMs - SECOND_MS,
    endMs: sentMs + SECOND_MS,
  };
  for (;;) {
    const view = await logs.queries.run(deps.actor, request, signal);
    const waitedMs = Math.round(clock.monotonicMs() - started);
    if (view.rows.length === 1) return { acknowledgedMs, foundMs: waitedMs };
    if (waitedMs > DRILLS_LIMITS.canaryFindMs || view.rows.length > 1) {
      throw new Failure(DRILLS_FAILURES.canaryNotFound, {
        protocol: protocol.name,
        seconds: DRILLS_LIMITS.canaryFindMs / SECOND_MS,
      });
    }
    await clock.sleep(50, signal);
  }
}
