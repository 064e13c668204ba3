import { readFile, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { NamedFolder } from '../host/ask-machine.ts';
import { diskUse } from '../host/disk-use.ts';
import type { Question, ServerFacts } from './round.ts';

/**
 * The disk of the data folder, where the server runs on this machine. One that is a disk of the host's collector is left
 * to that: a disk that fills is told once.
 */
export const createDiskQuestion = (hostFolders: readonly NamedFolder[]): Question => ({
  about: 'the disk of the data folder',
  isSlow: true,
  fits: ({ dataFolder }) => dataFolder !== undefined,
  ask: async ({ server, list }) => {
    const folder = server.dataFolder ?? '';
    if (!(await isThatServer(folder, server))) return;
    const device = await deviceOf(folder);
    const told = await Promise.all(hostFolders.map((host) => deviceOf(host.folder)));
    if (told.includes(device)) return;
    const { usedPercent, freeBytes } = diskUse(await statfs(folder));
    list.add({ name: 'DiskUsed', unit: 'Percent', value: usedPercent });
    list.add({ name: 'DiskFree', unit: 'Bytes', value: freeBytes });
  },
});

const deviceOf = async (folder: string): Promise<number | undefined> => {
  const found = await stat(folder).catch(() => undefined);
  return found?.dev;
};

/**
 * A folder of that name may be another server's, or that of a container: its postmaster.pid tells port and start
 * (PostgreSQL, src/include/utils/pidfile.h). Whoever may not read it does not know, and then nothing is said.
 */
async function isThatServer(folder: string, { port, startedMs }: ServerFacts): Promise<boolean> {
  const text = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n') ?? [];
  const started = Number(lines[2]) * 1000;
  return Number(lines[3]) === port && Math.abs(started - startedMs) < 10_000;
}
