import { describe, expect, it } from 'vitest';
import { NOT_SUPPRESSED, type Suppression, stepSuppression, suppressedBy } from './suppression.ts';

type Happening = 'composite' | 'suppressor-on' | 'suppressor-off' | 'replaced-off' | 'replaced-on' | 'removed';

/**
 * Plays happenings at times t0, t1, … and returns the times at which actions were taken. Time passes in every step, as
 * it does in the engine.
 */
function play(settings: {
  readonly wait: number;
  readonly extension: number;
  readonly startsOn?: boolean;
  readonly at: Readonly<Record<number, Happening>>;
  readonly until?: number;
}): { readonly acted: readonly number[]; readonly by: readonly (string | undefined)[] } {
  let suppression: Suppression =
    settings.startsOn === true ? { phase: { type: 'alarm' }, isPending: false } : NOT_SUPPRESSED;
  let isInAlarm = settings.startsOn === true;
  let exists = true;
  const acted: number[] = [];
  const by: (string | undefined)[] = [];
  const step = (nowMs: number, type: Parameters<typeof stepSuppression>[1]['type']): void => {
    const suppressor = exists ? { isInAlarm, waitMs: settings.wait, extensionMs: settings.extension } : undefined;
    const result = stepSuppression(suppression, { type }, { nowMs, suppressor });
    suppression = result.suppression;
    if (result.act) acted.push(nowMs);
  };
  for (let time = 0; time <= (settings.until ?? 12); time += 1) {
    step(time, 'time-passed');
    const happening = settings.at[time];
    if (happening === 'composite') step(time, 'composite-changed');
    else if (happening !== undefined) {
      isInAlarm = happening === 'suppressor-on' || happening === 'replaced-on';
      exists = happening !== 'removed';
      step(time, happening.startsWith('suppressor') ? 'suppressor-changed' : 'suppressor-replaced');
    }
    by.push(suppressedBy(suppression));
  }
  return { acted, by };
}

describe("CloudWatch's worked examples of action suppression", () => {
  it('1: acts after the wait period when the suppressor stays out of ALARM', () => {
    const { acted, by } = play({ wait: 2, extension: 3, at: { 2: 'composite' } });
    expect(acted).toEqual([4]);
    expect(by.slice(1, 5)).toEqual([undefined, 'WaitPeriod', 'WaitPeriod', undefined]);
  });

  it('2: does not act when the suppressor goes to ALARM before the wait period ends', () => {
    const { acted, by } = play({ wait: 2, extension: 3, at: { 2: 'composite', 3: 'suppressor-on' } });
    expect(acted).toEqual([]);
    expect(by[2]).toBe('WaitPeriod');
    expect(by[3]).toBe('Alarm');
  });

  it('3: discards the wait period and begins a new one when the composite changes back', () => {
    const { acted } = play({ wait: 2, extension: 3, at: { 2: 'composite', 3: 'composite' } });
    expect(acted).toEqual([5]);
  });

  it('4: does not act on changes while the suppressor is in ALARM', () => {
    const { acted, by } = play({ wait: 2, extension: 3, startsOn: true, at: { 2: 'composite', 4: 'composite' } });
    expect(acted).toEqual([]);
    expect(by[2]).toBe('Alarm');
  });

  it('5: acts after the extension period that follows the suppressor', () => {
    const { acted, by } = play({
      wait: 6,
      extension: 3,
      at: { 2: 'composite', 4: 'suppressor-on', 6: 'suppressor-off' },
    });
    expect(acted).toEqual([9]);
    expect(by[6]).toBe('ExtensionPeriod');
  });

  it('6: discards the extension period for a new wait period when the composite changes in it', () => {
    const { acted, by } = play({
      wait: 2,
      extension: 2,
      at: { 2: 'composite', 3: 'suppressor-on', 6: 'suppressor-off', 7: 'composite' },
    });
    expect(acted).toEqual([9]);
    expect(by[7]).toBe('WaitPeriod');
  });
});

describe('beside the worked examples', () => {
  it('does not act when nothing changed while the suppressor came and went', () => {
    expect(play({ wait: 2, extension: 2, at: { 2: 'suppressor-on', 4: 'suppressor-off' } }).acted).toEqual([]);
  });

  it('discards both periods when the suppressor is replaced', () => {
    expect(play({ wait: 4, extension: 4, at: { 2: 'composite', 4: 'replaced-on' } }).acted).toEqual([]);
    expect(play({ wait: 4, extension: 4, at: { 2: 'composite', 4: 'replaced-off' } }).acted).toEqual([8]);
    expect(play({ wait: 4, extension: 4, at: { 2: 'composite', 4: 'removed' } }).acted).toEqual([4]);
  });

  it('acts at once when the wait period is zero', () => {
    expect(play({ wait: 0, extension: 0, at: { 2: 'composite' } }).acted).toEqual([2]);
  });
});
