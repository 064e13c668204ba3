import { type Clock, Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';

export interface FreeDisk {
  /** Throws `telemetry.disk-full` when too little is free. Asks the disk once a second at most. */
  readonly check: () => Promise<void>;
  readonly bytes: () => Promise<number>;
}

export function createFreeDisk(deps: {
  readonly clock: Clock;
  readonly read: () => Promise<number>;
  readonly bytesMin: number;
}): FreeDisk {
  let known: { readonly bytes: number; readonly atMs: number } | undefined;
  let asking: Promise<number> | undefined;

  const ask = async (): Promise<number> => {
    try {
      const bytes = await deps.read();
      known = { bytes, atMs: deps.clock.monotonicMs() };
      return bytes;
    } finally {
      asking = undefined;
    }
  };
  const bytes = async (): Promise<number> => {
    if (known !== undefined && deps.clock.monotonicMs() - known.atMs < TELEMETRY_LIMITS.freeDiskCheckMs)
      return known.bytes;
    asking ??= ask();
    return asking;
  };
  return {
    bytes,
    check: async () => {
      const freeBytes = await bytes();
      if (freeBytes >= deps.bytesMin) return;
      throw new Failure(
        TELEMETRY_FAILURES.diskFull,
        { freeBytes, freeBytesMin: deps.bytesMin },
        { retryAfterSeconds: TELEMETRY_LIMITS.diskFullRetryAfterSeconds },
      );
    },
  };
}
