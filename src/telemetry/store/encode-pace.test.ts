import { describe, expect, it } from 'vitest';
import { createEncodePace } from './encode-pace.ts';

describe('the pace of encoding', () => {
  it('lets a portion through in each turn of the event loop, in order', async () => {
    const pace = createEncodePace(10);
    let turn = 0;
    let counting = true;
    const count = (): void => {
      turn += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const passed: string[] = [];
    const pass = async (name: string, rows: number): Promise<void> => {
      await pace.turn(rows);
      passed.push(`${name}${turn}`);
    };
    await Promise.all([pass('a', 4), pass('b', 6), pass('c', 8), pass('d', 2), pass('e', 50), pass('f', 1)]);
    counting = false;
    const turns = passed.map((one) => Number(one.slice(1)));
    expect(passed.map((one) => one[0])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(turns[0]).toBe(turns[1]);
    expect(turns[2]).toBeGreaterThan(turns[1] ?? 0);
    expect(turns[2]).toBe(turns[3]);
    expect(turns[4]).toBeGreaterThan(turns[3] ?? 0);
    expect(turns[5]).toBeGreaterThan(turns[4] ?? 0);
  });

  it('forgets a turn that nobody waited for', async () => {
    const pace = createEncodePace(10);
    for (let round = 0; round < 5; round += 1) {
      await pace.turn(10);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    let waited = true;
    const passing = pace.turn(10).then(() => {
      waited = false;
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(waited).toBe(false);
    await passing;
  });
});
