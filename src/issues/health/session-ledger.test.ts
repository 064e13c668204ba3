import { expect, test } from 'vitest';
import {
  createSessionLedger,
  emptyLedger,
  type LedgerUpdate,
  type SessionDelta,
  type SessionLedger,
} from './session-ledger.ts';

const START_MS = 1_760_000_000_000;
const NONE: SessionDelta = { started: 0, exited: 0, errored: 0, crashed: 0, abnormal: 0, unhandled: 0 };

const update = (sid: string, change: Partial<LedgerUpdate> = {}): LedgerUpdate => ({
  ...{ projectId: '1', sid, init: false, status: 'ok', errors: 0, startedMs: START_MS, receivedMs: START_MS },
  ...change,
});

function sum(ledger: SessionLedger, updates: readonly LedgerUpdate[]): SessionDelta {
  return updates.reduce((total, each) => {
    const delta = ledger.take(each) ?? NONE;
    return {
      started: total.started + delta.started,
      exited: total.exited + delta.exited,
      errored: total.errored + delta.errored,
      crashed: total.crashed + delta.crashed,
      abnormal: total.abnormal + delta.abnormal,
      unhandled: total.unhandled + delta.unhandled,
    };
  }, NONE);
}

const ledgerAt = (nowMs = START_MS - 60_000, max?: number): SessionLedger =>
  createSessionLedger(emptyLedger(nowMs), max);

test('a session that goes well counts once as started and once as ended', () => {
  expect(sum(ledgerAt(), [update('a', { init: true }), update('a', { status: 'exited' })])).toEqual({
    ...NONE,
    started: 1,
    exited: 1,
  });
});

test('errors of a session count once, however often they grow', () => {
  const updates = [
    update('a', { init: true }),
    ...[1, 2, 3].map((errors) => update('a', { errors })),
    update('a', { status: 'crashed', errors: 4 }),
  ];
  expect(sum(ledgerAt(), updates)).toEqual({ ...NONE, started: 1, errored: 1, crashed: 1 });
});

test('a crash is an error also when nobody counted it', () => {
  expect(sum(ledgerAt(), [update('a', { init: true, status: 'unhandled' })])).toEqual({
    ...NONE,
    started: 1,
    errored: 1,
    unhandled: 1,
  });
});

test('what is sent again, or behind the end, changes nothing', () => {
  const sent = [update('a', { init: true }), update('a', { status: 'crashed', errors: 1 })];
  expect(
    sum(ledgerAt(), [...sent, ...sent, update('a', { status: 'exited' }), update('A'.toUpperCase(), { errors: 9 })]),
  ).toEqual({ ...NONE, started: 1, errored: 1, crashed: 1 });
});

test('a session whose beginning was lost counts as started, one that was forgotten does not', () => {
  expect(sum(ledgerAt(), [update('a', { status: 'crashed' })]).started).toBe(1);
  expect(sum(ledgerAt(START_MS + 1), [update('a', { status: 'crashed' })])).toMatchObject({ started: 0, crashed: 1 });
});

test('a session without an id is one of its own', () => {
  const { sid: _sid, ...nameless } = update('', { status: 'exited' });
  expect(sum(ledgerAt(START_MS + 1), [nameless, nameless])).toEqual({ ...NONE, started: 2, exited: 2 });
});

test('the same id of two projects is two sessions', () => {
  expect(sum(ledgerAt(), [update('a', { init: true }), update('a', { init: true, projectId: '2' })]).started).toBe(2);
});

test('a restart in between counts nothing twice', () => {
  const before = ledgerAt();
  expect(sum(before, [update('a', { init: true }), update('b', { init: true, errors: 1 })]).started).toBe(2);
  const after = createSessionLedger(before.save());
  expect(
    sum(after, [update('a', { init: true }), update('b', { errors: 2 }), update('b', { status: 'exited', errors: 2 })]),
  ).toEqual({ ...NONE, exited: 1 });
});

test('the oldest sessions are forgotten first, and taken as counted', () => {
  const ledger = ledgerAt(START_MS - 60_000, 100);
  for (let index = 0; index < 150; index += 1) {
    const atMs = START_MS + index * 1_000;
    sum(ledger, [update(`s${index}`, { init: true, startedMs: atMs, receivedMs: atMs })]);
  }
  expect(ledger.size()).toBe(100);
  expect(sum(ledger, [update('s10', { startedMs: START_MS + 10_000, status: 'exited' })])).toEqual({
    ...NONE,
    exited: 1,
  });
  expect(sum(ledger, [update('fresh', { startedMs: START_MS + 150_000, status: 'exited' })])).toEqual({
    ...NONE,
    started: 1,
    exited: 1,
  });
});

test('what could not be stored is forgotten again', () => {
  const ledger = ledgerAt();
  const mark = ledger.mark(update('a'));
  sum(ledger, [update('a', { init: true, errors: 1 })]);
  ledger.undo(mark === undefined ? [] : [mark]);
  expect(sum(ledger, [update('a', { init: true, errors: 1 })])).toEqual({ ...NONE, started: 1, errored: 1 });
});
