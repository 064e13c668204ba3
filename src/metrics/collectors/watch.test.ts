import { expect, test } from 'vitest';
import { createManualClock, silentLog } from '../../base/index.ts';
import type { AlertInput } from '../../notify/index.ts';
import type { MetricPoint } from '../types.ts';
import { createWatch, type WatchedRound } from './watch.ts';

function open() {
  const clock = createManualClock();
  const raised: AlertInput[] = [];
  const stored: MetricPoint[] = [];
  const behaviour = { round: async (): Promise<WatchedRound> => ({ points: [], unseen: [] }), takesAlerts: true };
  const watch = createWatch(
    {
      ...{ id: 'database:shop', kind: 'database', name: 'shop', path: '/databases/shop' },
      round: () => behaviour.round(),
      close: async () => undefined,
    },
    {
      store: { append: async (points) => void stored.push(...points) },
      alerting: {
        raise: async (alert) => {
          if (!behaviour.takesAlerts) throw new Error('notify is away');
          raised.push(alert);
        },
      },
      clock,
      log: silentLog(),
    },
  );
  const states = (): readonly string[] => raised.map(({ state }) => state);
  return { clock, watch, behaviour, states, raised };
}

test('a collector that fails is told within a minute, once, and so is that it sees again', async () => {
  const { clock, watch, behaviour, states, raised } = open();
  await watch.lookNow();
  await watch.tell();
  expect(states(), 'ends what an earlier process told').toEqual(['resolved']);
  behaviour.round = async () => ({ points: [], unseen: [], problem: 'connection refused' });
  for (let seconds = 0; seconds < 55; seconds += 5) {
    await clock.advance(5_000);
    await watch.lookNow();
    await watch.tell();
  }
  expect(states()).toEqual(['resolved', 'firing']);
  expect(raised[1]?.body).toContain('connection refused');
  expect(watch.status().problem).toBe('connection refused');
  behaviour.round = async () => ({ points: [], unseen: [] });
  await watch.lookNow();
  await watch.tell();
  await watch.tell();
  expect(states()).toEqual(['resolved', 'firing', 'resolved']);
  expect(watch.status().problem).toBeUndefined();
});

test('one that hangs is told too, and one that never saw anything', async () => {
  const { clock, watch, behaviour, raised } = open();
  behaviour.round = () => new Promise(() => undefined);
  void watch.lookNow();
  await watch.tell();
  expect(raised, 'a start is no blindness').toEqual([]);
  await clock.advance(45_000);
  await watch.tell();
  expect(raised).toMatchObject([{ key: 'collector:database:shop', state: 'firing', severity: 'high' }]);
});

test('what notify did not take is offered again', async () => {
  const { clock, watch, behaviour, states } = open();
  behaviour.takesAlerts = false;
  await clock.advance(45_000);
  await watch.tell();
  behaviour.takesAlerts = true;
  await watch.tell();
  expect(states()).toEqual(['firing']);
});

test('an alert about what is not watched any more ends', async () => {
  const { clock, watch, states } = open();
  await clock.advance(45_000);
  await watch.tell();
  await watch.close(true);
  expect(states()).toEqual(['firing', 'resolved']);
});
