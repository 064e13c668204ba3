import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));

/** Runs an application of this folder to its end; nothing of the environment is told to it but the path. */
export const runApp = (
  command: string,
  app: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly err: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, [path.join(folder, app), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, err }));
  });

/** What the applications say where it must not be kept. */
export const CANARY = 'hushed-';

/** All text of what a double took; what the edge redacts must be free of canaries. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
