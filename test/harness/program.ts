import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The admin key of every test installation: its parts serve as bearer token and as AWS credentials. */
export const ADMIN_KEY_ID = 'testadmin0123456';
export const ADMIN_KEY_SECRET = 'SecretForTestsOnly0123456789abcdefghijk';
export const ADMIN_TOKEN = `hf_${ADMIN_KEY_ID}_${ADMIN_KEY_SECRET}`;
export const ADMIN_EMAIL = 'admin@example.test';
export const ADMIN_PASSWORD = 'correct horse battery staple';

export interface Program {
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  readonly folder: string;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** SIGTERM, and waits for the end. */
  readonly stop: () => Promise<number | null>;
}

export interface ProgramOptions {
  /** Data folder; a temporary one by default. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly root?: string;
}

const started = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

export const newFolder = (): Promise<string> => mkdtemp(path.join(os.tmpdir(), 'holdfast-test-'));
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** Starts the built program and resolves when it is ready; rejects with its output when it ends before. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const folder = options.folder ?? (await newFolder());
  const { child, output, exit } = spawnProgram(folder, options);
  const port = await waitForReady(child, output, exit);
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    folder,
    output,
    exit,
    kill: (signal) => void child.kill(signal),
    stop: () => {
      child.kill('SIGTERM');
      return exit;
    },
  };
}

/** Starts the program where it is expected to refuse, and resolves to its exit code and output. */
export async function runProgram(
  options: ProgramOptions,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { exit, output } = spawnProgram(options.folder ?? (await newFolder()), options);
  return { code: await exit, output: output() };
}

function spawnProgram(folder: string, options: ProgramOptions) {
  const root = options.root ?? ROOT;
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'start.cjs')], {
    cwd: root,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      NO_COLOR: '1',
      HOLDFAST_DATA: folder,
      HOLDFAST_PORT: '0',
      HOLDFAST_ADMIN_EMAIL: ADMIN_EMAIL,
      HOLDFAST_ADMIN_PASSWORD: ADMIN_PASSWORD,
      HOLDFAST_ADMIN_KEY: ADMIN_TOKEN,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      started.delete(child);
      resolve(code);
    });
  });
  return { child, output: () => text, exit };
}

/** The port comes from the screen that the program prints when it is ready. */
async function waitForReady(child: ChildProcess, output: () => string, exit: Promise<number | null>): Promise<number> {
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  for (let waitedMs = 0; waitedMs < 90_000; waitedMs += 50) {
    const port = /console\s+https?:\/\/[^\s:]+:(\d+)\//.exec(output())?.[1];
    if (port !== undefined) return Number(port);
    if (ended) throw new Error(`the program ended before it was ready:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`the program was not ready in time:\n${output()}`);
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, NO_COLOR: '1', ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** `bin/holdfast …` against a running program. */
export const holdfast = (program: Program, args: readonly string[], input?: string): Promise<CommandResult> =>
  runCommand(
    process.execPath,
    [path.join(ROOT, 'bin', 'holdfast'), ...args],
    { HOLDFAST_URL: program.origin, HOLDFAST_KEY: ADMIN_TOKEN },
    input,
  );

export interface Reply<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** One call of the JSON API; as admin unless another token, or none (null), is given. */
export async function api<Body = Record<string, unknown>>(
  program: Program,
  method: string,
  at: string,
  options: {
    readonly body?: unknown;
    readonly token?: string | null;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Reply<Body>> {
  const token = options.token === undefined ? ADMIN_TOKEN : options.token;
  const response = await fetch(new URL(`/api/v1${at}`, program.origin), {
    method,
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Body,
  };
}

/** Sends NDJSON records to a group; throws when they are not accepted. */
export async function sendLines(
  program: Program,
  group: string,
  records: readonly object[],
  token = ADMIN_TOKEN,
): Promise<void> {
  const response = await fetch(
    new URL(`/api/v1/logs?${new URLSearchParams({ group, stream: 'test' })}`, program.origin),
    {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
      body: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    },
  );
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  await response.text();
}

export interface QueryOutput {
  readonly fields: readonly { readonly name: string }[];
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly statistics: Readonly<Record<string, number>>;
}

/** Runs an Insights query through the command line and returns its JSON. */
export async function query(
  program: Program,
  text: string,
  groups: readonly string[] = [],
  since = '1h',
): Promise<QueryOutput> {
  const args = ['logs', 'query', text, '--json', '--since', since, ...groups.flatMap((group) => ['--group', group])];
  const result = await holdfast(program, args);
  if (result.code !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout) as QueryOutput;
}

/** The first of the paths that exists: for skipping by name where a real client is missing. */
export const firstExisting = (paths: readonly string[]): string | undefined =>
  paths.find((candidate) => existsSync(candidate));

/** Waits until the condition holds; the description is what the failure says. */
export async function until(
  description: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within ${timeoutMs} ms: ${description}`);
}
