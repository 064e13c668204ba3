import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES, Failure, type Log, readConfigFile, readOptions, silentLog, systemClock } from '../base/index.ts';
import { createRedactor } from '../redact/index.ts';
import { takeDataFolder } from './data-folder.ts';
import type { Options } from './engines.ts';
import { OPTIONS } from './options.ts';
import { openOwnLog } from './own-log.ts';
import { renderScreen, type Screen } from './screen.ts';
import { type Running, startHoldfast } from './start-holdfast.ts';
import { createStopStack, type StopStack } from './stop-stack.ts';

const clock = systemClock;

/** Starts Holdfast and stays until a signal; the exit code says why it ended. */
export async function main(): Promise<void> {
  const startedMs = clock.monotonicMs();
  leaveStandardInput();
  let log: Log = silentLog();
  const stack = createStopStack({ clock, log: () => log });
  const end = endOnce(stack, () => log);
  process.on('SIGTERM', () => end(EXIT_CODES.ok, 'SIGTERM'));
  process.on('SIGINT', () => end(EXIT_CODES.ok, 'SIGINT'));
  process.on('uncaughtException', (error) => end(EXIT_CODES.bug, 'an error that nobody expected', error));
  process.on('unhandledRejection', (error) => end(EXIT_CODES.bug, 'an error that nobody expected', error));
  try {
    const options = readOwnOptions();
    const folder = path.resolve(options.dataFolder);
    const data = await takeDataFolder(folder);
    stack.push('data folder', data.release);
    const ownLog = await openOwnLog(folder, createRedactor(), options.logLevel);
    stack.push('own log', ownLog.close);
    log = ownLog.log;
    const version = readVersion();
    const onLost = (part: string, reason: string): void => end(EXIT_CODES.unavailable, `${part} is lost: ${reason}`);
    const running = await startHoldfast({ options, data, ownLog, clock, version, stack, onLost });
    log.info({ version, address: running.address }, 'ready');
    console.log(
      renderScreen(
        screenOf(running, { version, folder, ownLog: ownLog.file, readyAfterMs: clock.monotonicMs() - startedMs }),
      ),
    );
  } catch (error) {
    end(error instanceof Failure ? EXIT_CODES[error.exit] : EXIT_CODES.bug, 'the start failed', error);
  }
}

/**
 * The embedded engine takes what waits on standard input for rows of an insert. Holdfast reads nothing there, so the
 * lowest descriptor, which is free once it is closed, becomes a file that is always empty.
 */
function leaveStandardInput(): void {
  try {
    closeSync(0);
  } catch {
    // Whoever starts it may have closed it before.
  }
  openSync('/dev/null', 'r');
}

function readOwnOptions(): Options {
  const named = process.env.HOLDFAST_CONFIG;
  const file = named ?? './holdfast.config.yaml';
  const isThere = named !== undefined || existsSync(file);
  return readOptions(OPTIONS, { env: process.env, ...(isThere ? { file: readConfigFile(file) } : {}) });
}

function readVersion(): string {
  const manifest = readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function screenOf(
  running: Running,
  own: { readonly version: string; readonly folder: string; readonly ownLog: string; readonly readyAfterMs: number },
): Screen {
  const { bootstrap } = running;
  const { version, readyAfterMs, ownLog } = own;
  const screen = { ...running, version, readyAfterMs, ownLog, dataFolder: own.folder };
  if (!bootstrap.created || bootstrap.email === undefined) return screen;
  const { email, generatedPassword, accessKeyId } = bootstrap;
  const admin = {
    email,
    ...(generatedPassword === undefined ? {} : { generatedPassword }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
  };
  return { ...screen, admin };
}

/**
 * Ends the program once: stops what was started in reverse order, then leaves with the code. A second signal leaves at
 * once; everything acknowledged is durable all the same.
 */
function endOnce(stack: StopStack, log: () => Log): (code: number, why: string, error?: unknown) => void {
  let isEnding = false;
  return (code, why, error) => {
    if (isEnding) {
      if (error === undefined) process.exit(code);
      log().error({ err: error }, 'another error while stopping');
      return;
    }
    isEnding = true;
    if (error !== undefined) tellError(error, log());
    else console.error(`holdfast: stopping (${why})`);
    log().info({ why }, 'stopping');
    void stack.stop().then(() => {
      if (error === undefined) console.error('holdfast: stopped');
      process.exit(code);
    });
  };
}

function tellError(error: unknown, log: Log): void {
  log.fatal({ err: error }, 'ending because of an error');
  if (error instanceof Failure) console.error(`holdfast: ${error.message}\nhint: ${error.hint} [${error.code}]`);
  else
    console.error(
      createRedactor().text(`holdfast: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    );
}
