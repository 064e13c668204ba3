import type { Clock } from '../../base/index.ts';

export interface ReplicationLag {
  readonly meanMs: number;
  readonly samples: number;
  readonly newestMs: number;
}

/** How long after the acknowledgement a zone had its copies, since the start. */
export interface LagMeter {
  readonly note: (lagMs: number) => void;
  /** Copies that are still missing count with their age, so that a zone that never comes back does not look fast. */
  readonly read: (missingSinceMs: Iterable<number>) => ReplicationLag | undefined;
}

export function createLagMeter(clock: Clock): LagMeter {
  let msTotal = 0;
  let written = 0;
  let newestMs = 0;
  return {
    note: (lagMs) => {
      msTotal += Math.max(0, lagMs);
      written += 1;
      newestMs = clock.nowMs();
    },
    read: (missingSinceMs) => {
      const nowMs = clock.nowMs();
      const ages = [...missingSinceMs].map((sinceMs) => Math.max(0, nowMs - sinceMs));
      const samples = written + ages.length;
      if (samples === 0) return undefined;
      const total = ages.reduce((sum, age) => sum + age, msTotal);
      return { meanMs: total / samples, samples, newestMs: ages.length > 0 ? nowMs : newestMs };
    },
  };
}
