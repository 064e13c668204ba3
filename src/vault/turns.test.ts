import { expect, test } from 'vitest';
import { createFolderSyncs, createTurns } from './turns.ts';

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('tasks of one key run one after the other, a failed one does not stop the next', async () => {
  const turn = createTurns();
  const seen: string[] = [];
  const first = gate();
  const one = turn('a', async () => {
    await first.opened;
    seen.push('one');
    throw new Error('failed');
  });
  const two = turn('a', async () => {
    seen.push('two');
  });
  await turn('b', async () => {
    seen.push('other');
  });
  expect(seen).toEqual(['other']);
  first.open();
  await expect(one).rejects.toThrow('failed');
  await two;
  expect(seen).toEqual(['other', 'one', 'two']);
});

test('a change that comes while a sync runs waits for the next sync, and waiting ones share it', async () => {
  const gates = [gate(), gate(), gate()];
  let runs = 0;
  const syncs = createFolderSyncs(async () => {
    runs += 1;
    await gates[runs - 1]?.opened;
  });
  const done: string[] = [];
  await syncs.change('f', async () => undefined);
  const first = syncs.settle('f').then(() => done.push('first'));
  await settle();
  await syncs.change('f', async () => undefined);
  const second = syncs.settle('f').then(() => done.push('second'));
  const third = syncs.settle('f').then(() => done.push('third'));
  gates[0]?.open();
  await first;
  await settle();
  expect(done).toEqual(['first']);
  expect(runs).toBe(2);
  gates[1]?.open();
  await Promise.all([second, third]);
  expect(runs).toBe(2);
});

test('a sync that failed leaves the folder unsynced for whoever asks next', async () => {
  let fails = true;
  let runs = 0;
  const syncs = createFolderSyncs(async () => {
    runs += 1;
    if (fails) throw new Error('EIO');
  });
  await syncs.change('f', async () => undefined);
  await expect(syncs.settle('f')).rejects.toThrow('EIO');
  fails = false;
  await syncs.settle('f');
  await syncs.settle('f');
  expect(runs).toBe(2);
});

test('a change that is seen before it has ended is synced after it was seen, and again for its owner', async () => {
  let runs = 0;
  const syncs = createFolderSyncs(async () => {
    runs += 1;
  });
  const seen = gate();
  const change = syncs.change('f', () => seen.opened);
  await syncs.settle('f');
  expect(runs).toBe(1);
  seen.open();
  await change;
  await syncs.settle('f');
  expect(runs).toBe(2);
});
