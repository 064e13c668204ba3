import { Command, CommanderError } from 'commander';
import { type Clock, EXIT_CODES, Failure, systemClock } from '../base/index.ts';
import { type ClientSettings, createClient, exitCodeOf } from './client.ts';
import { addAccessCommands } from './commands/access.ts';
import { addAlarmCommands } from './commands/alarms.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addIssueCommands } from './commands/issues.ts';
import { addLogCommands } from './commands/logs.ts';
import { addMetricCommands } from './commands/metrics.ts';
import { addMonitorCommands } from './commands/monitors.ts';
import { addNotifyCommands } from './commands/notify.ts';
import { addProjectCommands } from './commands/projects.ts';
import { addReleaseCommands } from './commands/releases.ts';
import { addRestoreCommands } from './commands/restore.ts';
import { addSystemCommands } from './commands/system.ts';
import { addTrustCommands } from './commands/trust.ts';
import { addVaultCommands } from './commands/vault.ts';
import { addWorkbookCommands } from './commands/workbooks.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './completion.ts';
import { CLI_FAILURES } from './failures.ts';
import { type Printer, processPrinter } from './printer.ts';
import type { RunContext } from './run-context.ts';

export interface CliDeps {
  readonly settings: ClientSettings;
  readonly printer: Printer;
  readonly clock: Clock;
  readonly readInput: () => Promise<string>;
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const processDeps = (): CliDeps => ({
  settings: { url: process.env.HOLDFAST_URL ?? 'http://127.0.0.1:8100', key: process.env.HOLDFAST_KEY },
  printer: processPrinter(),
  clock: systemClock,
  readInput: readStandardInput,
});

/** Any long time will do: nothing happens when it has passed. */
const STAYS_OPEN_MS = 60_000;

/** Runs one command line (without `node` and the program). Resolves to the exit code; prints failures with hints. */
export async function main(words: readonly string[], deps: CliDeps = processDeps()): Promise<number> {
  const program = createProgram(deps);
  // Timers of the clock keep no process alive; a command that only waits between two questions would end unfinished.
  const staysOpen = setInterval(() => undefined, STAYS_OPEN_MS);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return EXIT_CODES.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    if (error instanceof Failure) deps.printer.err(`holdfast: ${error.message}\nhint: ${error.hint} [${error.code}]`);
    else deps.printer.err(`holdfast: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return exitCodeOf(error);
  } finally {
    clearInterval(staysOpen);
  }
}

/** The tree of commands; also what completion is made from. */
export function createProgram(deps: CliDeps): Command {
  const context: RunContext = { ...deps, client: () => createClient(deps.settings) };
  const program = new Command('holdfast')
    .description('Keeps, and proves that it keeps, the monitoring and backup promises.')
    .configureOutput({
      writeOut: (text) => deps.printer.out(text.trimEnd()),
      writeErr: (text) => deps.printer.err(text.trimEnd()),
    })
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nEnvironment:\n  HOLDFAST_URL  where Holdfast runs (default http://127.0.0.1:8100)\n  HOLDFAST_KEY  API key hf_<id>_<secret>\n\nExit codes are listed in docs/errors.md.',
    );
  addLogCommands(program, context);
  addTrustCommands(program, context);
  addAccessCommands(program, context);
  addWorkbookCommands(program, context);
  addVaultCommands(program, context);
  addBackupCommands(program, context);
  addRestoreCommands(program, context);
  addMetricCommands(program, context);
  addAlarmCommands(program, context);
  addNotifyCommands(program, context);
  addIssueCommands(program, context);
  addProjectCommands(program, context);
  addReleaseCommands(program, context);
  addMonitorCommands(program, context);
  addSystemCommands(program, context);
  program
    .command('completion')
    .description('print a completion script')
    .argument('<shell>', 'bash, zsh or fish')
    .action((shell: string) => {
      const make = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell];
      if (make === undefined)
        throw new Failure(CLI_FAILURES.argumentInvalid, { name: 'shell', value: shell, expected: 'bash, zsh or fish' });
      deps.printer.out(make(program));
    });
  return program;
}
