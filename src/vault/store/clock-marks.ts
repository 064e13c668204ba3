import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { MARKS } from '../format/item-record.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { tooFewAnswers } from './locate-item.ts';
import type { Zone } from './zone-set.ts';

/**
 * Notes the time in the zones, and tells whether the clock can be right. Locks are absolute times, so a clock that was
 * set forward would let expiry remove what is still locked in truth. The notes are sealed objects: a time that somebody
 * without the vault key writes into a zone does not count.
 */
export interface ClockMarks {
  /** Writes the time into all zones, unless it cannot be right; returns whether it did. */
  readonly note: () => Promise<boolean>;
  /** Throws `vault.clock-implausible`, or `vault.quorum-lost` when too few zones answer. */
  readonly check: () => Promise<void>;
  /** A person says that the clock is right after a long pause; the time is noted whatever the last note was. */
  readonly confirm: () => Promise<void>;
}

const nameOfMark = (ms: number): string => `${MARKS}${String(ms).padStart(15, '0')}`;

export function createClockMarks(context: VaultContext): ClockMarks {
  const { clock, zones } = context;
  let baseWallMs = clock.nowMs();
  let baseSteadyMs = clock.monotonicMs();
  const problemOf = async (): Promise<string | undefined> => {
    const nowMs = clock.nowMs();
    const driftMs = nowMs - baseWallMs - (clock.monotonicMs() - baseSteadyMs);
    if (Math.abs(driftMs) > VAULT_LIMITS.clockDriftMsMax) {
      return `it was set ${driftMs > 0 ? 'forward' : 'back'} by ${Math.abs(Math.round(driftMs))} ms while Holdfast ran`;
    }
    const lastMs = await newestMark(context);
    if (lastMs === undefined) return undefined;
    if (nowMs < lastMs - VAULT_LIMITS.clockToleranceMs) return `it says ${nowMs}, and ${lastMs} was noted before`;
    if (nowMs > lastMs + VAULT_LIMITS.clockGapMsMax)
      return `it says ${nowMs}, long after ${lastMs}, the last time noted`;
    return undefined;
  };
  const write = async (): Promise<void> => {
    const nowMs = clock.nowMs();
    const name = nameOfMark(nowMs);
    const plain = Buffer.from(JSON.stringify({ nowMs }));
    const bytes = Buffer.concat(
      await context.sealer.seal({ objectName: name, kind: 'mark', plain, forRecipients: false }),
    );
    const sha256 = (await context.primitives.sha256(bytes)).toString('hex');
    const retainUntilMs = nowMs + VAULT_LIMITS.clockMarkMs;
    await Promise.allSettled(
      zones.all.map(async (zone) => {
        await zone.call(VAULT_LIMITS.zoneWriteMs, (driver, signal) =>
          driver.put({ name, bytes, sha256, retainUntilMs }, signal),
        );
        await dropOldMarks(zone, nowMs);
      }),
    );
  };
  return {
    note: async () => {
      if ((await problemOf()) !== undefined) return false;
      await write();
      return true;
    },
    check: async () => {
      const reason = await problemOf();
      if (reason !== undefined) throw new Failure(VAULT_FAILURES.clockImplausible, { reason });
    },
    confirm: async () => {
      await write();
      baseWallMs = clock.nowMs();
      baseSteadyMs = clock.monotonicMs();
    },
  };
}

/** The newest time that any answering zone holds under our own seal. */
async function newestMark(context: VaultContext): Promise<number | undefined> {
  const answers = await Promise.allSettled(context.zones.all.map((zone) => newestMarkIn(context, zone)));
  const found = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value);
  if (found.length < context.zones.readQuorum) {
    const rejected = answers.find((answer) => answer.status === 'rejected');
    const action = 'told the time they noted';
    throw tooFewAnswers(context, { done: found.length, action, problem: rejected?.reason });
  }
  const times = found.filter((ms) => ms !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

async function newestMarkIn(context: VaultContext, zone: Zone): Promise<number | undefined> {
  const names = (await listMarks(zone)).map((mark) => mark.name).toReversed();
  for (const name of names) {
    try {
      const bytes = await zone.call(VAULT_LIMITS.zoneReadMs, (driver, signal) => driver.get(name, signal));
      const { plain } = await context.sealer.open(name, bytes, 'mark');
      const parsed: unknown = JSON.parse(Buffer.from(plain).toString('utf8'));
      if (typeof parsed === 'object' && parsed !== null && 'nowMs' in parsed && typeof parsed.nowMs === 'number') {
        return parsed.nowMs;
      }
    } catch (error) {
      if (zone.awaySinceMs() !== undefined) throw error;
      context.log.warn({ zone: zone.name, name, error }, 'a noted time does not open; an older one is used');
    }
  }
  return undefined;
}

const listMarks = (zone: Zone): Promise<{ readonly name: string; readonly retainUntilMs: number }[]> =>
  zone.call(VAULT_LIMITS.zoneReadMs, async (driver, signal) => {
    const marks = [];
    for await (const mark of driver.list(MARKS, undefined, signal)) marks.push(mark);
    return marks;
  });

/** Keeps the newest one beside the one just written. */
async function dropOldMarks(zone: Zone, nowMs: number): Promise<void> {
  const marks = await listMarks(zone);
  for (const mark of marks.slice(0, -2)) {
    if (mark.retainUntilMs > nowMs) continue;
    await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.remove(mark.name, nowMs));
  }
}
