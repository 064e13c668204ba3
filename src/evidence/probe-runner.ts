import { setMaxListeners } from 'node:events';
import { type Clock, Failure, type Log, newId } from '../base/index.ts';
import { EVIDENCE_FAILURES } from './failures.ts';
import { EVIDENCE_LIMITS } from './limits.ts';
import type { ProofStore } from './proof-store.ts';
import type { Probe, ProbeOutcome, Proof } from './types.ts';

export interface ProbeRunner {
  /** Measures now and appends the proof; concurrent calls for one probe share one measurement. */
  readonly runNow: (probe: Probe) => Promise<Proof>;
  /** Begins the cadences. */
  readonly start: (newest: ReadonlyMap<string, Proof>) => void;
  readonly nextRunMs: (probe: string) => number | undefined;
  /** Aborts what runs and waits for it. */
  readonly stop: () => Promise<void>;
}

export interface ProbeRunnerDeps {
  readonly probes: readonly Probe[];
  readonly store: ProofStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProof: (proof: Proof) => void;
}

/** Runs each probe on its cadence, and sooner after a failure. */
export function createProbeRunner(deps: ProbeRunnerDeps): ProbeRunner {
  const { clock, log } = deps;
  const stopping = new AbortController();
  // Every probe listens while it waits for its turn; Node takes more than ten for a leak.
  setMaxListeners(deps.probes.length + 1, stopping.signal);
  const running = new Map<string, Promise<Proof>>();
  const next = new Map<string, number>();
  const loops: Promise<void>[] = [];

  const measure = (probe: Probe): Promise<Proof> => measureProbe(deps, probe, stopping.signal);

  const runNow = (probe: Probe): Promise<Proof> => {
    const current = running.get(probe.id);
    if (current !== undefined) return current;
    const run = measure(probe).finally(() => running.delete(probe.id));
    running.set(probe.id, run);
    return run;
  };

  const loop = async (probe: Probe, firstDelayMs: number): Promise<void> => {
    let delayMs = firstDelayMs;
    while (!stopping.signal.aborted) {
      next.set(probe.id, clock.nowMs() + delayMs);
      await clock.sleep(delayMs, stopping.signal);
      const proof = await runNow(probe).catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error, probe: probe.id }, 'a proof could not be recorded');
        return undefined;
      });
      delayMs =
        proof?.passed === true ? probe.cadenceMs : Math.min(probe.cadenceMs, EVIDENCE_LIMITS.retryAfterFailureMs);
    }
  };

  return {
    runNow,
    start: (newest) => {
      deps.probes.forEach((probe, index) => {
        // A start measures at once what is not fresh, spread a little so that probes do not queue behind each other.
        const proof = newest.get(probe.id);
        const dueMs = proof?.passed === true ? proof.startedAtMs + probe.cadenceMs - clock.nowMs() : 0;
        const delayMs = Math.min(probe.cadenceMs, Math.max(dueMs, index * 200));
        loops.push(loop(probe, delayMs).catch(() => undefined));
      });
    },
    nextRunMs: (probe) => next.get(probe),
    stop: async () => {
      stopping.abort(new Error('stopping'));
      await Promise.allSettled([...loops, ...running.values()]);
    },
  };
}

/** Runs a probe within its time and appends the proof. */
async function measureProbe(deps: ProbeRunnerDeps, probe: Probe, stopping: AbortSignal): Promise<Proof> {
  const { clock, log, store } = deps;
  const startedAtMs = clock.nowMs();
  const started = clock.monotonicMs();
  const outcome = await runBounded(probe, clock, stopping);
  const proof: Proof = {
    id: newId(startedAtMs),
    probe: probe.id,
    promise: probe.promise,
    startedAtMs,
    durationMs: Math.round((clock.monotonicMs() - started) * 10) / 10,
    ...outcome,
  };
  stopping.throwIfAborted();
  await store.append(proof);
  deps.onProof(proof);
  if (!outcome.passed) log.warn({ probe: probe.id, summary: outcome.summary }, 'a promise is broken');
  return proof;
}

async function runBounded(probe: Probe, clock: Clock, stopping: AbortSignal): Promise<ProbeOutcome> {
  const limit = new AbortController();
  const signal = AbortSignal.any([limit.signal, stopping]);
  const timeoutMs = EVIDENCE_LIMITS.probeTimeoutMs;
  const timeout = clock.sleep(timeoutMs, signal).then(() => {
    const failure = new Failure(EVIDENCE_FAILURES.probeTimedOut, { probe: probe.id, seconds: timeoutMs / 1000 });
    limit.abort(failure);
    throw failure;
  });
  timeout.catch(() => undefined);
  try {
    return await Promise.race([probe.run(signal), timeout]);
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error);
    return { passed: false, summary: `The measurement failed: ${summary}`, measurements: {} };
  } finally {
    limit.abort(new Error('measured'));
  }
}
