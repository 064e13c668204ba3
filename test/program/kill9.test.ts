import { expect, test } from 'vitest';
import { ADMIN_TOKEN, newFolder, type Program, query, removeFolder, startProgram } from '../harness/program.ts';

const ROUNDS = 5;
const SENDERS = 6;
const RECORDS_PER_REQUEST = 40;

interface Sent {
  /** Numbers of records whose request was acknowledged with 200. */
  readonly acknowledged: Set<number>;
  /** Numbers that may be stored although nobody said so: their request was cut off. */
  readonly unclear: Set<number>;
}

/** Sends numbered records over NDJSON until the program is gone. */
async function sendUntilCut(program: Program, sent: Sent, next: () => number): Promise<void> {
  for (;;) {
    const numbers = Array.from({ length: RECORDS_PER_REQUEST }, next);
    const body = numbers.map((number) => `${JSON.stringify({ message: `record ${number}`, number })}\n`).join('');
    try {
      const response = await fetch(`${program.origin}/api/v1/logs?group=kill9&stream=s`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/x-ndjson' },
        body,
      });
      await response.text();
      if (response.status !== 200) throw new Error(`refused with ${response.status}`);
      for (const number of numbers) sent.acknowledged.add(number);
    } catch {
      for (const number of numbers) sent.unclear.add(number);
      return;
    }
  }
}

test('after kill -9 in a loop under load every acknowledged record is there, once', async () => {
  const folder = await newFolder();
  const sent: Sent = { acknowledged: new Set(), unclear: new Set() };
  let number = 0;
  const next = (): number => {
    number += 1;
    return number;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const program = await startProgram({ folder });
    const senders = Array.from({ length: SENDERS }, () => sendUntilCut(program, sent, next));
    // A different moment each round, so that the kill meets inserts, merges and idle moments alike.
    await new Promise((resolve) => setTimeout(resolve, 700 + round * 331));
    program.kill('SIGKILL');
    await Promise.all([...senders, program.exit]);
  }
  const program = await startProgram({ folder });
  const counted = await query(program, 'stats count(*) as copies by number | filter copies > 1', ['kill9']);
  expect(counted.rows).toEqual([]);
  const stored = new Set<number>();
  for (let from = 0; from <= number; from += 10_000) {
    const page = await query(program, `filter number > ${from} and number <= ${from + 10_000} | fields number`, [
      'kill9',
    ]);
    for (const row of page.rows) stored.add(Number(row.number));
  }
  const lost = [...sent.acknowledged].filter((acknowledged) => !stored.has(acknowledged));
  const invented = [...stored].filter((found) => !sent.acknowledged.has(found) && !sent.unclear.has(found));
  expect(sent.acknowledged.size).toBeGreaterThan(RECORDS_PER_REQUEST * ROUNDS);
  expect({ lost, invented }).toEqual({ lost: [], invented: [] });
  await program.stop();
  await removeFolder(folder);
});
