import type { Actor } from '../access/index.ts';
import type { Backup, SourceStatus } from '../backup/index.ts';
import { type Clock, SECOND_MS } from '../base/index.ts';
import type { ProbeOutcome } from '../evidence/index.ts';
import { DRILLS_LIMITS } from './limits.ts';

export interface BackupProbeDeps {
  readonly backup: Backup;
  /** The part of Holdfast that measures. */
  readonly actor: Actor;
  /** Where the copies lie, and whether anything is missing there. */
  readonly zones: () => Promise<
    readonly { readonly name: string; readonly remote: boolean; readonly inStep: boolean }[]
  >;
  readonly clock: Clock;
  readonly cadenceMs: number;
}

/** What was found of one source: a sentence, and whether it holds. */
export interface SourceFinding {
  readonly holds: boolean;
  readonly sentence: string;
}

/**
 * Asks every source under backup. What holds for some and not for others does not hold; without any source nothing is
 * proven. A source that was not yet restored once is waited for, so that a fresh start is not called broken.
 */
export async function judgeSources(
  deps: BackupProbeDeps,
  signal: AbortSignal,
  judge: (status: SourceStatus) => SourceFinding,
): Promise<ProbeOutcome> {
  const deadline = deps.clock.monotonicMs() + DRILLS_LIMITS.firstSnapshotMs;
  for (;;) {
    const statuses = await allStatuses(deps);
    const findings = statuses.map(judge);
    const isYoung = statuses.length === 0 || statuses.some(({ lastProof }) => lastProof === undefined);
    const mayWait = isYoung && deps.clock.monotonicMs() < deadline;
    if (!mayWait || findings.every(({ holds }) => holds)) return outcomeOf(findings);
    await deps.clock.sleep(SECOND_MS, signal);
  }
}

async function allStatuses({ backup, actor }: BackupProbeDeps): Promise<readonly SourceStatus[]> {
  const sources = await backup.sources(actor);
  return Promise.all(sources.map(({ name }) => backup.status(actor, name)));
}

function outcomeOf(findings: readonly SourceFinding[]): ProbeOutcome {
  const failed = findings.filter(({ holds }) => !holds);
  const measurements = { databases: findings.length, databasesFailing: failed.length };
  if (findings.length === 0) return { passed: false, summary: 'No database is under backup.', measurements };
  const told = failed.length > 0 ? failed : findings;
  return { passed: failed.length === 0, summary: told.map(({ sentence }) => sentence).join(' '), measurements };
}
