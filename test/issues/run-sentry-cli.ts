import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { TOKEN } from './open-releases.ts';

const require = createRequire(import.meta.url);
const BINARY = path.join(path.dirname(require.resolve('@sentry/cli/package.json')), 'bin', 'sentry-cli');

export interface CliRun {
  readonly code: number | null;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

/** The real binary, told of nothing but the address, the organization, the project and the token. */
export function runSentryCli(
  url: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliRun> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['TMPDIR'] ?? '/tmp',
    SENTRY_URL: url,
    SENTRY_AUTH_TOKEN: TOKEN,
    SENTRY_ORG: 'holdfast',
    SENTRY_PROJECT: 'shop',
    SENTRY_DISABLE_UPDATE_CHECK: '1',
    ...options.env,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(BINARY, words, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let output = '';
    const take = (bytes: Buffer): void => {
      output += bytes.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
