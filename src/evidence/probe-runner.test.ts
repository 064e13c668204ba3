import { expect, test } from 'vitest';
import { createManualClock, silentLog } from '../base/index.ts';
import { EVIDENCE_LIMITS } from './limits.ts';
import { createProbeRunner } from './probe-runner.ts';
import type { ProofStore } from './proof-store.ts';
import type { Probe, ProbeOutcome, Proof } from './types.ts';

function setUp(run: (signal: AbortSignal) => Promise<ProbeOutcome>) {
  const clock = createManualClock();
  const proofs: Proof[] = [];
  const store = { append: async (proof: Proof) => void proofs.push(proof) } as unknown as ProofStore;
  const probe: Probe = { id: 'canary', promise: 'M1', statement: 's', cadenceMs: 60_000, run };
  const runner = createProbeRunner({ probes: [probe], store, clock, log: silentLog(), onProof: () => undefined });
  return { clock, proofs, probe, runner };
}
const passed: ProbeOutcome = { passed: true, summary: 'ok', measurements: {} };

test('a probe runs at once, then on its cadence', async () => {
  const { clock, proofs, runner } = setUp(async () => passed);
  runner.start(new Map());
  await clock.advance(1);
  expect(proofs).toHaveLength(1);
  await clock.advance(59_000);
  expect(proofs).toHaveLength(1);
  await clock.advance(2000);
  expect(proofs).toHaveLength(2);
  await runner.stop();
});

test('a failed probe is measured again soon, and an error is a failed measurement', async () => {
  const { clock, proofs, runner } = setUp(() => Promise.reject(new Error('engine is away')));
  runner.start(new Map());
  await clock.advance(1);
  expect(proofs[0]).toMatchObject({ passed: false, summary: 'The measurement failed: engine is away' });
  await clock.advance(EVIDENCE_LIMITS.retryAfterFailureMs + 1);
  expect(proofs).toHaveLength(2);
  await runner.stop();
});

test('a measurement that hangs fails at its time limit and is told to stop', async () => {
  let aborted = false;
  const { clock, proofs, runner } = setUp(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      }),
  );
  runner.start(new Map());
  await clock.advance(1);
  await clock.advance(EVIDENCE_LIMITS.probeTimeoutMs + 1);
  expect(aborted).toBe(true);
  expect(proofs[0]?.passed).toBe(false);
  expect(proofs[0]?.summary).toMatch(/did not end within 60 s/);
  await runner.stop();
});

test('two people asking for a measurement share it', async () => {
  let runs = 0;
  const { probe, proofs, runner } = setUp(async () => {
    runs += 1;
    return passed;
  });
  const [first, second] = await Promise.all([runner.runNow(probe), runner.runNow(probe)]);
  expect(first).toBe(second);
  expect(runs).toBe(1);
  expect(proofs).toHaveLength(1);
});
