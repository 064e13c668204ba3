import { formatDuration } from '../base/index.ts';
import { EVIDENCE_LIMITS } from './limits.ts';
import type { PromiseSpec } from './promises.ts';
import type { ProbeSpec, ProbeStatus, PromiseStatus, Proof } from './types.ts';

/** How long a proof counts: its cadence and half of it again, so that a run that is under way is not a gap. */
export const freshForMs = (cadenceMs: number): number => cadenceMs * EVIDENCE_LIMITS.freshCadences;

/** The state of one probe from its newest proof. A proof from the future (clock set back) is not fresh. */
export function probeStatus(
  spec: ProbeSpec,
  newest: Proof | undefined,
  nowMs: number,
  nextRunMs?: number,
): ProbeStatus {
  const head = { id: spec.id, statement: spec.statement, cadenceMs: spec.cadenceMs };
  const next = nextRunMs === undefined ? {} : { nextRunMs };
  if (newest === undefined) return { ...head, ...next, state: 'never-run' };
  const ageMs = nowMs - newest.startedAtMs;
  const isFresh = ageMs <= freshForMs(spec.cadenceMs) && ageMs >= -EVIDENCE_LIMITS.clockSkewMs;
  const state = !newest.passed ? 'failed' : isFresh ? 'passed' : 'stale';
  return { ...head, ...next, state, lastProof: newest };
}

/** The state of a promise from the states of its probes; the rule of the whole page stands here. */
export function promiseStatus(
  promise: PromiseSpec,
  probes: readonly ProbeStatus[],
  nowMs: number,
  lastProvenMs: number | undefined,
): PromiseStatus {
  const { id, title, sentence } = promise;
  const head = { id, title, sentence, probes, ...(lastProvenMs === undefined ? {} : { lastProvenMs }) };
  const failed = probes.find((probe) => probe.state === 'failed');
  if (failed !== undefined) {
    return {
      ...head,
      state: 'broken',
      reason: `${failed.statement}: not so at the last measurement. ${failed.lastProof?.summary ?? ''}`.trim(),
    };
  }
  if (promise.requires.length === 0) {
    return { ...head, state: 'unproven', reason: 'Nothing measures this promise yet.' };
  }
  const waiting = promise.requires
    .map((required) => probes.find((probe) => probe.id === required) ?? required)
    .find((probe) => typeof probe === 'string' || probe.state !== 'passed');
  if (waiting === undefined) {
    const summaries = probes.map((probe) => probe.lastProof?.summary).filter((summary) => summary !== undefined);
    return { ...head, state: 'proven', reason: summaries.join(' ') };
  }
  return { ...head, state: 'unproven', reason: waitingReason(waiting, nowMs) };
}

function waitingReason(waiting: ProbeStatus | string, nowMs: number): string {
  if (typeof waiting === 'string') return `The measurement ${waiting} is not running here.`;
  if (waiting.state === 'never-run')
    return `${waiting.statement}: not measured yet; the first measurement is under way.`;
  const ageMs = nowMs - (waiting.lastProof?.startedAtMs ?? nowMs);
  return ageMs < 0
    ? `${waiting.statement}: the last measurement lies in the future, so the clock was set back.`
    : `${waiting.statement}: last measured ${formatDuration(ageMs)} ago, which is too old.`;
}
