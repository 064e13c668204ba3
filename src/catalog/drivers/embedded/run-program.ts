import { spawn } from 'node:child_process';
import { CATALOG_LIMITS } from '../../limits.ts';
import type { OsUser } from './os-user.ts';

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly user: OsUser;
  /** Open files that the program finds as descriptors 3, 4, … */
  readonly descriptors?: readonly number[];
  readonly timeoutMs: number;
}

/** The environment of every program that runs for the server: nothing of Holdfast's own reaches it. */
export const PROGRAM_ENV: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** How to become the user; the working folder is `/` because that user may be unable to reach any other. */
export const asUser = (user: OsUser): { cwd: string; uid?: number; gid?: number } =>
  user.isOther ? { cwd: '/', uid: user.uid, gid: user.gid } : { cwd: '/' };

export interface ProgramResult {
  /** -1 when it could not be started or was killed. */
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a program to its end; its output is kept up to a limit. Never rejects. */
export function runProgram({ command, args, user, descriptors = [], timeoutMs }: ProgramRun): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, [...args], {
      ...asUser(user),
      env: PROGRAM_ENV,
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const keep = (chunk: Buffer): void => {
      if (output.length < CATALOG_LIMITS.initOutputBytes) output += chunk.toString('utf8');
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ exitCode: -1, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ exitCode: code ?? -1, output }));
  });
}
