import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, newFolder, type Program, removeFolder, startProgram, until } from '../harness/program.ts';

interface Trust {
  readonly promises: readonly {
    readonly id: string;
    readonly state: string;
    readonly reason: string;
    readonly probes: readonly {
      readonly id: string;
      readonly state: string;
      readonly lastProof?: { readonly summary: string; readonly measurements: Record<string, number> };
    }[];
  }[];
}

let folder = '';
let program: Program;
beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder, env: { HOLDFAST_PROBE_CADENCE_SECONDS: '5' } });
});
afterAll(async () => {
  await program.stop();
  await removeFolder(folder);
});

const trust = async (): Promise<Trust['promises']> => (await api<Trust>(program, 'GET', '/trust')).body.promises;

test('a fresh start proves logs, errors, retention and access, and redaction by measuring them; the rest is unproven', async () => {
  const provable = ['M1', 'M6', 'M8', 'M9', 'M11'];
  await until(
    'M1, M6, M8, M9 and M11 are proven',
    async () =>
      (await trust()).filter(({ id, state }) => provable.includes(id) && state === 'proven').length === provable.length,
    90_000,
  ).catch(async (error: unknown) => {
    throw new Error(
      `${String(error)}\n${JSON.stringify(
        (await trust()).filter(({ id }) => provable.includes(id)),
        null,
        1,
      )}`,
    );
  });
  const promises = await trust();
  expect(promises.map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_, index) => `M${index + 1}`));
  // Alarms and backup need longer for their first measurement; test/program/backup.test.ts waits for it.
  const measured = [...provable, 'M2', 'M12', 'M13', 'M15'];
  for (const promise of promises.filter(({ id }) => !measured.includes(id))) expect(promise.state).toBe('unproven');
  // Three folders of one machine are no remote place.
  expect(promises.find(({ id }) => id === 'M15')?.state).not.toBe('proven');
  const canary = promises.find(({ id }) => id === 'M1')?.probes[0]?.lastProof;
  expect(canary?.measurements.otlpFoundAfterMs).toBeGreaterThan(0);
  const secret = promises.find(({ id }) => id === 'M9')?.probes[0]?.lastProof;
  expect(secret?.measurements).toMatchObject({ leaks: 0 });
  expect(secret?.measurements.bytesRead).toBeGreaterThan(0);
  const exception = promises.find(({ id }) => id === 'M6')?.probes.find(({ id }) => id === 'canary-exception-alerted');
  expect(exception?.lastProof?.measurements).toMatchObject({ leaks: 0 });
});

test('evidence rows accumulate, page, and cannot be changed', async () => {
  await until('two proofs of one probe', async () => {
    const { body } = await api<{ proofs: unknown[] }>(program, 'GET', '/trust/proofs?probe=canary-log-found');
    return body.proofs.length >= 2;
  });
  const first = await api<{ proofs: { id: string }[]; nextPageToken?: string }>(
    program,
    'GET',
    '/trust/proofs?limit=1',
  );
  expect(first.body.proofs).toHaveLength(1);
  const second = await api<{ proofs: { id: string }[] }>(
    program,
    'GET',
    `/trust/proofs?limit=1&pageToken=${first.body.nextPageToken}`,
  );
  expect(second.body.proofs[0]?.id).not.toBe(first.body.proofs[0]?.id);
  expect((await api(program, 'GET', '/trust/proofs?pageToken=x')).status).toBe(400);
  const run = await api<{ passed: boolean }>(program, 'POST', '/trust/probes/reader-without-grant-refused/run');
  expect(run.body.passed).toBe(true);
  expect((await api(program, 'POST', '/trust/probes/none/run')).status).toBe(404);
});
