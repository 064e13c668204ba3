import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../redact/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { Alert, AlertInput } from '../types.ts';
import { applyAlert, cleanInput } from './apply-alert.ts';

const input = (state: AlertInput['state'], atMs: number, change: Partial<AlertInput> = {}): AlertInput => ({
  ...{ key: 'k', state, severity: 'high', source: 's', title: 't', body: '', labels: {}, atMs },
  ...change,
});
let episodes = 0;
const given = {
  nowMs: 1_000,
  newEpisode: () => {
    episodes += 1;
    return String(episodes);
  },
};
function after(inputs: readonly AlertInput[]): { types: string[]; alert: Alert | undefined } {
  let alert: Alert | undefined;
  const types = inputs.map((one) => {
    const applied = applyAlert(alert, one, given);
    if (applied.type !== 'ignored') alert = applied.alert;
    return applied.type;
  });
  return { types, alert };
}

test('what reports in a row make of an alert', () => {
  const check = (inputs: readonly AlertInput[], expected: readonly string[]) =>
    expect(after(inputs).types).toEqual(expected);
  check([input('firing', 10), input('firing', 10)], ['fired', 'refreshed']);
  check([input('firing', 10), input('firing', 20), input('resolved', 15)], ['fired', 'refreshed', 'resolved']);
  check([input('resolved', 10)], ['ignored']);
  check([input('firing', 10), input('resolved', 20), input('resolved', 20)], ['fired', 'resolved', 'ignored']);
  check([input('firing', 10), input('resolved', 20), input('firing', 10)], ['fired', 'resolved', 'ignored']);
  check([input('firing', 10), input('resolved', 10), input('firing', 10)], ['fired', 'resolved', 'ignored']);
  check([input('firing', 10), input('resolved', 20), input('firing', 30)], ['fired', 'resolved', 'fired']);
  check([input('firing', 30), input('resolved', 20)], ['fired', 'ignored']);
});

test('a history told twice, whole or in part, ends where it ended', () => {
  const history = fc
    .uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 10 })
    .map((times) =>
      [...times].sort((a, b) => a - b).map((atMs, index) => input(index % 2 === 0 ? 'firing' : 'resolved', atMs)),
    );
  fc.assert(
    fc.property(history, fc.nat(9), (reports, from) => {
      const once = after(reports).alert;
      const twice = after([...reports, ...reports.slice(from)]).alert;
      expect(twice?.state).toBe(once?.state);
      expect(twice?.firedMs).toBe(once?.firedMs);
    }),
  );
});

test('a new firing forgets who acknowledged the one before', () => {
  const { alert } = after([input('firing', 10)]);
  const seen: Alert = { ...(alert as Alert), acknowledged: { atMs: 11, by: 'ada', note: '' } };
  const ended = applyAlert(seen, input('resolved', 20), given);
  const again = applyAlert(ended.type === 'resolved' ? ended.alert : undefined, input('firing', 30), given);
  expect(again).toMatchObject({ type: 'fired', alert: { firedMs: 30 } });
  expect(again.type === 'fired' && again.alert.acknowledged).toBeUndefined();
  expect(again.type === 'fired' && again.alert.episode).not.toBe(alert?.episode);
});

test('secrets are masked and sizes kept before anything is stored', () => {
  const clean = cleanInput(
    input('firing', 1, {
      title: 'login\nfailed password=hunter2-Xy9Zk42q',
      body: 'x'.repeat(10_000),
      labels: {
        authorization: 'Bearer abcdefghijkl',
        ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, 'v'])),
      },
    }),
    createRedactor(),
  );
  expect(clean.title).not.toContain('hunter2');
  expect(clean.title).not.toContain('\n');
  expect(clean.body.length).toBe(NOTIFY_LIMITS.bodyCharsMax);
  expect(Object.keys(clean.labels).length).toBe(NOTIFY_LIMITS.labelsMax);
  expect(clean.labels.authorization).not.toContain('abcdefghijkl');
});
