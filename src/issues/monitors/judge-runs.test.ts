import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../base/index.ts';
import {
  type Downtime,
  type Judgement,
  judgeAbsence,
  judgeCheckIn,
  judgeRuntime,
  newEnvironment,
  type Run,
  rescheduled,
} from './judge-runs.ts';
import type { CheckInStatus, MonitorConfig, MonitorEnvironment } from './types.ts';

const START_MS = Date.parse('2026-01-01T00:00Z');

const configOf = (change: Partial<MonitorConfig> = {}): MonitorConfig => ({
  schedule: { type: 'crontab', value: '0 * * * *' },
  checkInMarginMinutes: 1,
  maxRuntimeMinutes: 30,
  failureThreshold: 1,
  recoveryThreshold: 1,
  timezone: 'UTC',
  ...change,
});

/** A job with its store in memory, and a clock that looks at it every five seconds of a span or only where told. */
function simulate(config: MonitorConfig) {
  let environment: MonitorEnvironment = newEnvironment('production');
  const runs = new Map<string, Run>();
  const downtimes: Downtime[] = [];
  const turns: string[] = [];
  let ids = 0;
  const newId = (): string => `auto-${++ids}`;
  const take = (judgement: Judgement | undefined): void => {
    if (judgement === undefined) return;
    environment = judgement.environment;
    for (const id of judgement.removed) runs.delete(id);
    for (const run of judgement.runs) runs.set(run.id, run);
    if (judgement.turn !== undefined) turns.push(judgement.turn.type);
  };
  const newestFirst = (): readonly Run[] => [...runs.values()].sort((a, b) => b.startedMs - a.startedMs);
  return {
    say: (timeMs: number, status: CheckInStatus, id: string, durationMs?: number): void => {
      const absent = newestFirst().filter(({ state }) => state === 'missed' || state === 'unknown');
      const said = { id, status, timeMs, ...(durationMs === undefined ? {} : { durationMs }) };
      take(judgeCheckIn({ config, environment, run: runs.get(id), absent }, said));
    },
    look: (nowMs: number): void => {
      for (const run of newestFirst()) take(judgeRuntime({ config, environment, run }, { nowMs, downtimes }));
      for (;;) {
        const judgement = judgeAbsence({ config, environment, newId }, { nowMs, downtimes });
        if (judgement === undefined) return;
        take(judgement);
      }
    },
    down: (fromMs: number, toMs: number): void => void downtimes.push({ fromMs, toMs }),
    run: (id: string) => runs.get(id),
    states: () =>
      newestFirst()
        .map(({ state }) => state)
        .reverse(),
    turns,
    environment: () => environment,
  };
}

describe('a job that runs as it should', () => {
  test('is never missed over nearly a year of changing clocks', () => {
    for (const timezone of ['UTC', 'Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe']) {
      const job = simulate(configOf({ schedule: { type: 'crontab', value: '30 2 * * *' }, timezone }));
      job.say(START_MS, 'ok', 'first');
      for (let day = 0; day < 330; day += 1) {
        const atMs = job.environment().nextExpectedMs ?? 0;
        job.look(atMs + 59 * SECOND_MS);
        job.say(atMs + 59 * SECOND_MS, 'in_progress', `run-${day}`);
        job.look(atMs + 20 * MINUTE_MS);
        job.say(atMs + 20 * MINUTE_MS, 'ok', `run-${day}`);
      }
      expect(new Set(job.states())).toEqual(new Set(['ok']));
      expect(job.states()).toHaveLength(331);
      const days = ((job.environment().nextExpectedMs ?? 0) - START_MS) / DAY_MS;
      expect(Math.round(days)).toBeGreaterThanOrEqual(330);
      expect(Math.round(days)).toBeLessThanOrEqual(332);
      expect(job.turns).toEqual([]);
    }
  });

  test('may begin a little before its time without being expected again at its time', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'ok', 'a');
    job.say(START_MS + HOUR_MS - 20 * SECOND_MS, 'ok', 'b');
    expect(job.environment().nextExpectedMs).toBe(START_MS + 2 * HOUR_MS);
    job.say(START_MS + 2 * HOUR_MS - 40 * SECOND_MS, 'ok', 'too early');
    expect(job.environment().nextExpectedMs).toBe(START_MS + 2 * HOUR_MS);
  });

  test('by an interval is expected from its last beginning on', () => {
    const job = simulate(configOf({ schedule: { type: 'interval', value: 10, unit: 'minute' } }));
    job.say(START_MS + 3 * MINUTE_MS, 'in_progress', 'a');
    job.say(START_MS + 9 * MINUTE_MS, 'ok', 'a');
    expect(job.environment().nextExpectedMs).toBe(START_MS + 13 * MINUTE_MS);
    job.look(START_MS + 13 * MINUTE_MS + 59_999);
    expect(job.states()).toEqual(['ok']);
    job.look(START_MS + 14 * MINUTE_MS);
    expect(job.states()).toEqual(['ok', 'missed']);
    expect(job.environment().nextExpectedMs).toBe(START_MS + 23 * MINUTE_MS);
  });
});

describe('a job that does not', () => {
  test('is missed once for each time of its schedule, and told of once until it is well', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'ok', 'a');
    for (let atMs = START_MS; atMs < START_MS + 30 * DAY_MS; atMs += 10 * MINUTE_MS) job.look(atMs);
    expect(job.states().filter((state) => state === 'missed')).toHaveLength(30 * 24 - 1);
    expect(job.turns.filter((turn) => turn === 'failed')).toHaveLength(1);
    expect(job.environment().failuresInRow).toBe(719);
    job.say(START_MS + 30 * DAY_MS + 5, 'ok', 'b');
    expect(job.turns.at(-1)).toBe('recovered');
    expect(job.environment()).toMatchObject({ isFailing: false, failuresInRow: 0, state: 'ok' });
    expect(job.environment()).not.toHaveProperty('failingSinceMs');
  });

  test('is told of after as many failures and well after as many good runs as it says, in a row', () => {
    const job = simulate(configOf({ failureThreshold: 3, recoveryThreshold: 2 }));
    const said: readonly CheckInStatus[] = [
      'error',
      'error',
      'ok',
      'error',
      'error',
      'error',
      'ok',
      'error',
      'ok',
      'ok',
    ];
    for (const [index, status] of said.entries()) job.say(START_MS + index * HOUR_MS, status, `run-${index}`);
    expect(job.turns).toEqual(['failed', 'again', 'recovered']);
  });

  test('times out, and what comes of it later changes nothing but its duration', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'in_progress', 'a');
    job.look(START_MS + 30 * MINUTE_MS - 1);
    expect(job.run('a')?.state).toBe('in_progress');
    job.look(START_MS + 30 * MINUTE_MS);
    expect(job.run('a')?.state).toBe('timeout');
    expect(job.turns).toEqual(['failed']);
    job.say(START_MS + 45 * MINUTE_MS, 'ok', 'a');
    expect(job.run('a')).toMatchObject({ state: 'timeout', durationMs: 45 * MINUTE_MS });
    expect(job.environment().isFailing).toBe(true);
  });

  test('times out also when its end is heard before the clock looked', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'in_progress', 'a');
    job.say(START_MS + 30 * MINUTE_MS + 1, 'ok', 'a');
    expect(job.run('a')?.state).toBe('timeout');
  });

  test('has its whole time again when it says again that it runs', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'in_progress', 'a');
    job.say(START_MS + 20 * MINUTE_MS, 'in_progress', 'a');
    job.look(START_MS + 49 * MINUTE_MS);
    expect(job.run('a')?.state).toBe('in_progress');
    job.look(START_MS + 50 * MINUTE_MS);
    expect(job.run('a')?.state).toBe('timeout');
  });
});

describe('check-ins that come twice, late or out of order', () => {
  test('count once', () => {
    const job = simulate(configOf());
    job.say(START_MS + 5, 'ok', 'a', 5);
    job.say(START_MS, 'in_progress', 'a');
    job.say(START_MS + 6, 'error', 'a');
    expect(job.run('a')).toMatchObject({ state: 'ok', startedMs: START_MS, durationMs: 5 });
    expect(job.environment().successesInRow).toBe(1);
    expect(job.turns).toEqual([]);
  });

  test('turn a missed run into what it was when they were held up on their way', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'ok', 'a');
    job.look(START_MS + HOUR_MS + MINUTE_MS);
    expect(job.states()).toEqual(['ok', 'missed']);
    job.say(START_MS + HOUR_MS + 20 * SECOND_MS, 'ok', 'b');
    expect(job.states()).toEqual(['ok', 'ok']);
    expect(job.turns).toEqual(['failed', 'recovered']);
    expect(job.environment().nextExpectedMs).toBe(START_MS + 2 * HOUR_MS);
  });

  test('leave a run missed that really began too late', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'ok', 'a');
    job.look(START_MS + HOUR_MS + MINUTE_MS);
    job.say(START_MS + HOUR_MS + 5 * MINUTE_MS, 'ok', 'b');
    expect(job.states()).toEqual(['ok', 'missed', 'ok']);
    expect(job.environment().nextExpectedMs).toBe(START_MS + 2 * HOUR_MS);
  });
});

describe('while Holdfast was down', () => {
  test('one unknown run stands for the time, nothing is told, and the schedule goes on', () => {
    const job = simulate(configOf({ schedule: { type: 'crontab', value: '* * * * *' } }));
    job.say(START_MS, 'ok', 'a');
    job.down(START_MS + 30 * SECOND_MS, START_MS + 60 * DAY_MS + 10 * SECOND_MS);
    job.look(START_MS + 60 * DAY_MS + 11 * SECOND_MS);
    expect(job.states()).toEqual(['ok', 'unknown']);
    expect(job.turns).toEqual([]);
    job.look(START_MS + 60 * DAY_MS + 5 * MINUTE_MS);
    expect(job.states().filter((state) => state === 'unknown').length).toBeLessThanOrEqual(2);
    expect(job.turns[0]).toBe('failed');
  });

  test('a run that should have begun then is unknown, and one before or after it is missed', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'ok', 'a');
    job.down(START_MS + 2 * HOUR_MS - 3 * SECOND_MS, START_MS + 2 * HOUR_MS + SECOND_MS);
    for (const hour of [1, 2, 3]) job.look(START_MS + hour * HOUR_MS + MINUTE_MS);
    expect(job.states()).toEqual(['ok', 'missed', 'unknown', 'missed']);
    expect(job.environment().failuresInRow).toBe(2);
  });

  test('a short restart at another time hides no job that did not run', () => {
    const job = simulate(configOf({ checkInMarginMinutes: 45 }));
    job.say(START_MS, 'ok', 'a');
    job.down(START_MS + HOUR_MS + 20 * MINUTE_MS, START_MS + HOUR_MS + 20 * MINUTE_MS + 4 * SECOND_MS);
    job.look(START_MS + HOUR_MS + 45 * MINUTE_MS);
    expect(job.states()).toEqual(['ok', 'missed']);
  });

  test('a run in progress whose end may have been said then is unknown, until its end is heard after all', () => {
    const job = simulate(configOf());
    job.say(START_MS, 'in_progress', 'a');
    job.down(START_MS + 5 * MINUTE_MS, START_MS + 15 * MINUTE_MS);
    job.look(START_MS + 30 * MINUTE_MS);
    expect(job.run('a')?.state).toBe('unknown');
    expect(job.turns).toEqual([]);
    job.say(START_MS + 31 * MINUTE_MS, 'error', 'a');
    expect(job.run('a')?.state).toBe('error');
    expect(job.turns).toEqual(['failed']);
  });
});

test('another schedule has missed nothing yet', () => {
  const job = simulate(configOf({ schedule: { type: 'crontab', value: '0 0 * * *' } }));
  job.say(START_MS, 'ok', 'a');
  const nowMs = START_MS + 5.5 * HOUR_MS;
  expect(rescheduled(job.environment(), configOf(), nowMs).nextExpectedMs).toBe(START_MS + 6 * HOUR_MS);
  expect(rescheduled(newEnvironment('x'), configOf(), nowMs)).not.toHaveProperty('nextExpectedMs');
});
