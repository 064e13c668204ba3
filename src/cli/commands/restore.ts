import type { Command } from 'commander';
import type { BackupRunBody, RestorePlanBody, RestoreTargetBody } from '../../api/backup-contract.ts';
import { Failure, formatBytes, formatDuration } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readTimeMs } from '../run-context.ts';
import { keysOf, sourcePath } from './backup.ts';
import { followRun } from './follow-run.ts';

interface TargetOptions {
  readonly database: string;
  readonly to?: string;
  readonly lsn?: string;
  readonly name?: string;
  readonly snapshot?: string;
  readonly timeline?: string;
  readonly exclusive?: boolean;
  readonly json?: boolean;
}

interface ApplyOptions extends TargetOptions {
  readonly into: string;
  readonly port?: string;
  readonly zone?: string;
  readonly keys?: string;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
}

const withTarget = (command: Command): Command =>
  command
    .requiredOption('-d, --database <name>', 'the database under backup')
    .option('--to <time>', 'a time with its zone, how long ago (90m), or latest, which is the default')
    .option('--lsn <position>', 'a WAL position such as 16/B374D848')
    .option('--name <point>', 'a point made by pg_create_restore_point')
    .option('--snapshot <id>', 'a snapshot as it is, such as a kept day')
    .option('--timeline <number>', 'stay on this timeline instead of following every promotion')
    .option('--exclusive', 'stop right before the target instead of right after')
    .option('--json', 'print JSON');

const EXAMPLES = `
Examples:
  holdfast restore plan -d orders --to 2026-11-22T17:00:00Z
  holdfast restore apply -d orders --to 90m --into /srv/restored --port 5544
  holdfast restore apply -d orders --into ./restored --zone file:///mnt/zone-b --keys ./keys   # no server needed`;

/** holdfast restore plan|apply */
export function addRestoreCommands(program: Command, context: RunContext): void {
  const restore = program.command('restore').description('bring a database back, to any second that is kept');
  withTarget(restore.command('plan').description('which snapshot and WAL a restore would read; changes nothing'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: TargetOptions) => {
      const body = targetOf(context, options);
      const plan = await context.client().post<RestorePlanBody>(sourcePath(options.database, '/restore/plan'), body);
      printPlan(context, plan, options.json === true);
    });
  withTarget(restore.command('apply').description('restore into an empty folder, never over a live cluster'))
    .requiredOption('--into <folder>', "an empty folder on the server's machine; with --zone on this one")
    .option('--port <number>', 'start it there when it is restored')
    .option('--dry-run', 'print the plan and stop')
    .option('--detach', 'do not wait for it')
    .option('--zone <url>', 'restore from one zone without a server: file:///path or s3://bucket/prefix?…')
    .option('--keys <folder>', 'folder with the vault keys, with --zone')
    .addHelpText('after', EXAMPLES)
    .action((options: ApplyOptions) => apply(context, options));
}

async function apply(context: RunContext, options: ApplyOptions): Promise<void> {
  const target = targetOf(context, options);
  const port = options.port === undefined ? undefined : numberOf('--port', options.port);
  if (options.zone !== undefined) {
    const { restoreOffline } = await import('../../boot/index.ts');
    const { targetIn, planOut } = await import('../../api/index.ts');
    const { zone, into, database } = options;
    const summary = await restoreOffline({
      ...{ zone, into, source: database, keys: keysOf(options.keys), request: targetIn(target) },
      ...(port === undefined ? {} : { port }),
      dryRun: options.dryRun === true,
      onPlan: (plan) => printPlan(context, planOut(plan), options.json === true),
      onProgress: (line) => {
        if (context.printer.isTerminal) context.printer.err(line);
      },
    });
    if (summary !== undefined) context.printer.out(summary);
    return;
  }
  const client = context.client();
  if (options.dryRun === true) {
    const plan = await client.post<RestorePlanBody>(sourcePath(options.database, '/restore/plan'), target);
    return printPlan(context, plan, options.json === true);
  }
  const body = { ...target, into: options.into, port };
  const run = await client.post<BackupRunBody>(sourcePath(options.database, '/restore'), body);
  await followRun(context, run, options);
}

function targetOf(context: RunContext, options: TargetOptions): RestoreTargetBody {
  const { lsn, name, snapshot, exclusive, timeline, to } = options;
  const named = [to, lsn, name, snapshot].filter((value) => value !== undefined).length;
  if (named > 1) {
    const expected = 'one of --to, --lsn, --name and --snapshot';
    throw new Failure(CLI_FAILURES.argumentInvalid, { name: 'the target', value: `named ${named} times`, expected });
  }
  const isTime = to !== undefined && to !== 'latest';
  return {
    ...(lsn === undefined ? {} : { lsn }),
    ...(name === undefined ? {} : { name }),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(isTime ? { timeMs: readTimeMs('--to', to, context.clock.nowMs()) } : {}),
    ...(exclusive === true ? { inclusive: false } : {}),
    ...(timeline === undefined ? {} : { timeline: numberOf('--timeline', timeline) }),
  };
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Failure(CLI_FAILURES.argumentInvalid, { name, value: text, expected: 'a positive whole number' });
}

function printPlan(context: RunContext, plan: RestorePlanBody, asJson: boolean): void {
  if (asJson) {
    context.printer.out(JSON.stringify(plan, null, 2));
    return;
  }
  const rows = [
    ['target', plan.target],
    ['timeline', String(plan.timeline)],
    ['snapshot', `${plan.snapshot.id}, consistent since ${isoTime(plan.snapshot.endedMs)}`],
    ['WAL', `${plan.walSegments} segments, ${formatBytes(plan.walBytes)}`],
    ['reads', formatBytes(plan.readBytes)],
    ['writes', formatBytes(plan.restoreBytes)],
    [
      'takes about',
      plan.estimatedMs === undefined ? 'unknown until a drill has run' : formatDuration(plan.estimatedMs),
    ],
  ];
  printTable(context.printer, ['PLAN', plan.source], rows);
  for (const note of plan.notes) context.printer.out(`- ${note}`);
}
