import type { Actor, Authorize } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import { type Clock, Failure, type Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { EVIDENCE_FAILURES } from './failures.ts';
import { createProbeRunner, type ProbeRunner } from './probe-runner.ts';
import { probeStatus, promiseStatus } from './promise-status.ts';
import { PROMISES } from './promises.ts';
import { createProofStore, type ProofFilter, type ProofPage, type ProofStore } from './proof-store.ts';
import type { Probe, PromiseStatus, Proof } from './types.ts';

/** The verbs of the trust page. */
export interface Evidence {
  /** Every promise with its state now. */
  readonly promises: (actor: Actor) => Promise<readonly PromiseStatus[]>;
  /** Throws `evidence.page-token-invalid`. */
  readonly proofs: (actor: Actor, filter: ProofFilter) => Promise<ProofPage>;
  /** Measures one probe now. Throws `evidence.probe-unknown`. */
  readonly run: (actor: Actor, probe: string) => Promise<Proof>;
  /** Begins the cadences; what is not fresh is measured at once. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface EvidenceDeps {
  readonly catalog: Catalog;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly probes: readonly Probe[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the trust page's only source. The newest proof of each probe is kept in memory as well. */
export function createEvidence(deps: EvidenceDeps): Evidence {
  const store = createProofStore(deps.catalog);
  const newest = new Map<string, Proof>();
  const lastPassedMs = new Map<string, number>();
  const runner = createProbeRunner({
    ...deps,
    store,
    onProof: (proof) => {
      newest.set(proof.probe, proof);
      if (proof.passed) lastPassedMs.set(proof.probe, proof.startedAtMs);
    },
  });
  return {
    promises: async (actor) => {
      await deps.authorize(actor, 'trust:Read', { type: 'trust', name: '*' });
      return PROMISES.map((promise) => {
        const probes = deps.probes
          .filter((probe) => probe.promise === promise.id)
          .map((probe) => probeStatus(probe, newest.get(probe.id), deps.clock.nowMs(), runner.nextRunMs(probe.id)));
        const passedMs = promise.requires.map((probe) => lastPassedMs.get(probe));
        const wasProven = passedMs.length > 0 && passedMs.every((ms) => ms !== undefined);
        const provenMs = wasProven ? Math.min(...passedMs.map(Number)) : undefined;
        return promiseStatus(promise, probes, deps.clock.nowMs(), provenMs);
      });
    },
    proofs: async (actor, filter) => {
      await deps.authorize(actor, 'trust:Read', { type: 'trust', name: filter.probe ?? '*' });
      return store.list(filter);
    },
    run: (actor, id) => runProbe(deps, runner, actor, id),
    start: () => startEvidence(store, runner, newest, lastPassedMs),
    close: () => runner.stop(),
  };
}

async function runProbe(deps: EvidenceDeps, runner: ProbeRunner, actor: Actor, id: string): Promise<Proof> {
  await deps.authorize(actor, 'trust:Manage', { type: 'probe', name: id });
  const probe = deps.probes.find((candidate) => candidate.id === id);
  if (probe === undefined) throw new Failure(EVIDENCE_FAILURES.probeUnknown, { probe: id });
  const proof = await runner.runNow(probe);
  await deps.audit.record({
    identity: actor,
    source: 'trust',
    eventName: 'RunProbe',
    readOnly: false,
    requestParameters: { probe: id },
    responseElements: { proof: proof.id, passed: proof.passed },
    resources: [{ type: 'probe', name: id }],
  });
  return proof;
}

async function startEvidence(
  store: ProofStore,
  runner: ProbeRunner,
  newest: Map<string, Proof>,
  lastPassedMs: Map<string, number>,
): Promise<void> {
  for (const [probe, proof] of await store.newestByProbe()) newest.set(probe, proof);
  for (const [probe, ms] of await store.lastPassedByProbe()) lastPassedMs.set(probe, ms);
  runner.start(newest);
}
