import type { RestoreReport } from '../service/types.ts';
import { BACKUP_PROVE_LIMITS } from './limits.ts';

export type ScheduledChoice = Exclude<RestoreReport['choice'], 'given'>;

/** How often each kind of proof runs; 0 is continuously, one after the other. */
export type ProofCadence = Readonly<Record<ScheduledChoice, number>>;

export const DEFAULT_CADENCE: ProofCadence = {
  newest: BACKUP_PROVE_LIMITS.newestEveryMs,
  'random-second': BACKUP_PROVE_LIMITS.randomEveryMs,
  'random-day': BACKUP_PROVE_LIMITS.randomEveryMs,
};

const CHOICES: readonly ScheduledChoice[] = ['newest', 'random-second', 'random-day'];

export interface NextProof {
  readonly choice: ScheduledChoice;
  readonly dueMs: number;
}

/**
 * The proof that is due next, by the reports of a source: the choice that has waited longest past its time, and of
 * equals the one that was never proven. A failed proof is due again after a named time, even when its cadence is
 * longer, so that a repair is seen soon.
 */
export function nextProof(
  reports: readonly Pick<RestoreReport, 'choice' | 'begunMs' | 'passed'>[],
  options: { readonly cadence: ProofCadence; readonly nowMs: number },
): NextProof {
  const due = CHOICES.map((choice): NextProof => {
    const last = reports
      .filter((report) => report.choice === choice)
      .reduce<(typeof reports)[number] | undefined>(
        (a, b) => (a === undefined || b.begunMs > a.begunMs ? b : a),
        undefined,
      );
    if (last === undefined) return { choice, dueMs: 0 };
    const wait = options.cadence[choice];
    const waitMs = last.passed ? wait : Math.min(wait, BACKUP_PROVE_LIMITS.retryAfterFailureMs);
    return { choice, dueMs: last.begunMs + waitMs };
  });
  const first = due.reduce((a, b) => (b.dueMs < a.dueMs ? b : a));
  return { choice: first.choice, dueMs: Math.max(first.dueMs, options.nowMs) };
}
