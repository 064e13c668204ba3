import { expect, it } from 'vitest';
import { createRunPlaces } from './run-places.ts';

it('places go to those who wait in their order, past those who gave up', async () => {
  const places = createRunPlaces(1);
  const entered: string[] = [];
  const enter = (name: string, signal = new AbortController().signal): Promise<void> =>
    places.enter(signal).then((isIn) => {
      entered.push(`${name} ${isIn}`);
    });
  await enter('a');
  const giveUp = new AbortController();
  const waiting = [enter('b', giveUp.signal), enter('c'), enter('d')];
  giveUp.abort();
  await waiting[0];
  expect(entered).toEqual(['a true', 'b false']);
  places.leave();
  await waiting[1];
  expect(entered).toEqual(['a true', 'b false', 'c true']);
  places.leave();
  await waiting[2];
  places.leave();
  await enter('e');
  expect(entered.slice(3)).toEqual(['d true', 'e true']);
});

it('who was stopped before asking takes no place', async () => {
  const places = createRunPlaces(1);
  expect(await places.enter(AbortSignal.abort())).toBe(false);
  expect(await places.enter(new AbortController().signal)).toBe(true);
});
