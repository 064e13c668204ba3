import { describe, expect, test } from 'vitest';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import { admit, newGauge, passTime, type StormGauge, type StormTitle } from './storm.ts';

const START_MS = 1_700_000_000_000;
const titleOf = (id: number, severity: StormTitle['severity'] = 'high'): StormTitle => ({
  ...{ issueId: String(id), shortId: `SHOP-${id}`, title: `issue ${id}`, severity },
});

const at = (nowMs: number) => ({ nowMs, key: 'issues-storm:shop' });

/** Lets so many issues want to be told of at once; answers how many were. */
function burst(gauge: StormGauge, count: number, nowMs: number): { readonly gauge: StormGauge; readonly told: number } {
  let [now, told] = [gauge, 0];
  for (let index = 0; index < count; index += 1) {
    const admitted = admit(now, titleOf(nowMs + index), at(nowMs));
    now = admitted.gauge;
    told += admitted.isTold ? 1 : 0;
  }
  return { gauge: now, told };
}

describe('issues of a project', () => {
  test('come one by one while they are few, for ever', () => {
    let gauge = newGauge(START_MS);
    const stepMs = LIMITS.stormWindowMs / LIMITS.individualPerWindow;
    for (let index = 0; index < 1_000; index += 1) {
      const admitted = admit(gauge, titleOf(index), at(START_MS + index * stepMs));
      expect(admitted.isTold).toBe(true);
      gauge = admitted.gauge;
    }
  });

  test('are told of up to the number of one window, and then as one', () => {
    const { gauge, told } = burst(newGauge(START_MS), 10_000, START_MS);
    expect(told).toBe(LIMITS.individualPerWindow);
    expect(gauge.storm).toMatchObject({ held: 10_000 - told, sinceMs: START_MS });
    expect(gauge.storm?.worst).toHaveLength(LIMITS.stormTitles);
  });

  test('are not told of one by one before the storm is over, however slowly they come', () => {
    let { gauge } = burst(newGauge(START_MS), 100, START_MS);
    gauge = burst(gauge, 1, START_MS + LIMITS.stormWindowMs - 1).gauge;
    expect(burst(gauge, 1, START_MS + LIMITS.stormWindowMs - 1).told).toBe(0);
  });
});

test('a storm begins once and tells the worst first, each issue once', () => {
  let { gauge } = burst(newGauge(START_MS), LIMITS.individualPerWindow, START_MS);
  const turns = [titleOf(1), titleOf(1), titleOf(2, 'critical'), titleOf(3, 'low')].map((title) => {
    const admitted = admit(gauge, title, at(START_MS));
    gauge = admitted.gauge;
    return admitted.turn;
  });
  expect(turns).toEqual(['begin', undefined, undefined, undefined]);
  expect(gauge.storm?.worst.map(({ issueId }) => issueId)).toEqual(['2', '1', '3']);
});

test('a storm ends after a window that was calm enough, and goes on while it is not', () => {
  const { gauge } = burst(newGauge(START_MS), 100, START_MS);
  expect(passTime(gauge, START_MS + LIMITS.stormRefreshMs - 1)).toBeUndefined();
  expect(passTime(gauge, START_MS + LIMITS.stormRefreshMs)?.turn).toBe('renew');
  const second = passTime(gauge, START_MS + LIMITS.stormWindowMs);
  expect(second?.turn).toBe('renew');
  const calm = burst(second?.gauge ?? gauge, LIMITS.individualPerWindow / 2, START_MS + LIMITS.stormWindowMs + 1).gauge;
  const busy = burst(calm, 1, START_MS + LIMITS.stormWindowMs + 2).gauge;
  expect(passTime(busy, START_MS + 2 * LIMITS.stormWindowMs)?.turn).toBe('renew');
  const end = passTime(calm, START_MS + 2 * LIMITS.stormWindowMs);
  expect(end?.turn).toBe('end');
  expect(end?.gauge).not.toHaveProperty('storm');
  expect(admit(end?.gauge ?? gauge, titleOf(9), at(START_MS + 2 * LIMITS.stormWindowMs)).isTold).toBe(true);
});

test('a clock that is set back ends no peace and keeps no storm for ever', () => {
  const { gauge } = burst(newGauge(START_MS), 100, START_MS);
  const back = passTime(gauge, START_MS - 86_400_000);
  expect(back?.turn).toBe('renew');
  expect(passTime(back?.gauge ?? gauge, START_MS - 86_400_000 + LIMITS.stormWindowMs)?.turn).toBe('end');
});
