import type { Command } from 'commander';
import type {
  BackupRunBody,
  FindingsBody,
  RestoreReportsBody,
  RetentionBody,
  SnapshotsBody,
  SourceBody,
  SourceStatusBody,
  SourceStatusesBody,
} from '../../api/backup-contract.ts';
import { Failure, formatBytes, formatDuration, parseDurationMs } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readTimeMs } from '../run-context.ts';
import { followRun } from './follow-run.ts';

export const sourcePath = (name: string, rest = ''): string => `/backup/sources/${encodeURIComponent(name)}${rest}`;

/** holdfast backup … */
export function addBackupCommands(program: Command, context: RunContext): void {
  const backup = program.command('backup').description('databases: snapshots, WAL, restore drills');
  addListCommand(backup, context);
  addCheckCommand(backup, context);
  addRunCommands(backup, context);
  addReportCommands(backup, context);
  addSourceCommands(backup, context);
}

function addListCommand(backup: Command, context: RunContext): void {
  backup
    .command('list', { isDefault: true })
    .description('databases under backup, or the snapshots of one')
    .argument('[database]')
    .option('--zone <url>', 'read one zone itself, without a server: file:///path or s3://bucket/prefix?…')
    .option('--keys <folder>', 'folder with the vault keys, with --zone')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast backup list\n  holdfast backup list holdfast --json\n  holdfast backup list --zone file:///mnt/zone-b --keys ./keys',
    )
    .action(async (name: string | undefined, options: { json?: boolean; zone?: string; keys?: string }) => {
      if (options.zone !== undefined) return listOffline(context, { ...options, zone: options.zone });
      if (name === undefined) return listSources(context, options.json === true);
      const { snapshots } = await context.client().get<SnapshotsBody>(sourcePath(name, '/snapshots'));
      printSnapshots(context, snapshots, options.json === true);
    });
}

function printSnapshots(context: RunContext, snapshots: SnapshotsBody['snapshots'], asJson: boolean): void {
  if (asJson) {
    context.printer.out(JSON.stringify(snapshots, null, 2));
    return;
  }
  const rows = snapshots.map((snapshot) => [
    snapshot.id,
    isoTime(snapshot.begunMs),
    formatDuration(snapshot.endedMs - snapshot.begunMs),
    formatBytes(snapshot.clusterBytes),
    formatBytes(snapshot.newBytes),
    isoTime(snapshot.retainUntilMs),
  ]);
  printTable(context.printer, ['SNAPSHOT', 'BEGUN', 'TOOK', 'SIZE', 'NEW', 'LOCKED UNTIL'], rows);
}

async function listSources(context: RunContext, asJson: boolean): Promise<void> {
  const { sources } = await context.client().get<SourceStatusesBody>('/backup');
  if (asJson) return context.printer.out(JSON.stringify(sources, null, 2));
  const nowMs = context.clock.nowMs();
  const rows = sources.map((status) => [
    status.source.name,
    status.stream.state,
    status.stream.restorableToMs === undefined ? '–' : formatDuration(nowMs - status.stream.restorableToMs),
    isoTime(status.ranges[0]?.fromMs),
    isoTime(status.ranges.at(-1)?.toMs),
    status.snapshots,
    isoTime(status.newestSnapshot?.endedMs),
    formatBytes(status.storedBytes),
    status.problems.filter((problem) => problem.level !== 'ok').length,
  ]);
  printTable(
    context.printer,
    ['DATABASE', 'STREAM', 'BEHIND', 'RESTORABLE FROM', 'TO', 'SNAPSHOTS', 'NEWEST', 'STORED', 'PROBLEMS'],
    rows,
  );
}

async function listOffline(
  context: RunContext,
  options: { readonly zone: string; readonly keys?: string; readonly json?: boolean },
): Promise<void> {
  const { listBackupsOffline } = await import('../../boot/index.ts');
  const { snapshotOut } = await import('../../api/index.ts');
  const found = await listBackupsOffline({ zone: options.zone, keys: keysOf(options.keys) });
  const snapshots = found.flatMap(({ snapshots: some }) => some.map(snapshotOut));
  if (options.json === true) return context.printer.out(JSON.stringify(snapshots, null, 2));
  if (found.length === 0) return context.printer.out(`no database is backed up in ${options.zone}`);
  for (const { source, ranges } of found) {
    const spans = ranges.map((range) => `${isoTime(range.fromMs)} to ${isoTime(range.toMs)}`).join(', ');
    context.printer.out(`${source}: restorable ${spans === '' ? 'to its snapshots' : spans}`);
  }
  printSnapshots(context, snapshots, false);
}

export function keysOf(keys: string | undefined): string {
  if (keys !== undefined) return keys;
  const expected = 'the folder with the vault keys, which --zone needs';
  throw new Failure(CLI_FAILURES.argumentInvalid, { name: '--keys', value: '', expected });
}

function addCheckCommand(backup: Command, context: RunContext): void {
  backup
    .command('check')
    .description('what would go wrong, with the remedy: rights, settings, slots, disk, clock')
    .argument('[database]')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const names =
        name === undefined
          ? (await context.client().get<SourceStatusesBody>('/backup')).sources.map(({ source }) => source.name)
          : [name];
      const found: Record<string, FindingsBody['findings']> = {};
      for (const one of names)
        found[one] = (await context.client().get<FindingsBody>(sourcePath(one, '/check'))).findings;
      if (options.json === true) context.printer.out(JSON.stringify(found, null, 2));
      else for (const one of names) printFindings(context, one, found[one] ?? []);
      const errors = Object.values(found)
        .flat()
        .filter(({ level }) => level === 'error').length;
      if (errors > 0) throw new Failure(CLI_FAILURES.checkFoundErrors, { count: errors });
    });
}

const MARKS = { ok: '✓', warning: '!', error: '✕' } as const;

function printFindings(context: RunContext, source: string, findings: FindingsBody['findings']): void {
  context.printer.out(`${source}:`);
  for (const finding of findings) {
    context.printer.out(`  ${MARKS[finding.level]} ${finding.title}: ${finding.detail}`);
    if (finding.remedy !== undefined) context.printer.out(`    → ${finding.remedy}`);
  }
}

interface RunOptions {
  readonly json?: boolean;
  readonly detach?: boolean;
}

function addRunCommands(backup: Command, context: RunContext): void {
  backup
    .command('run')
    .description('take a snapshot now')
    .argument('<database>')
    .option('--detach', 'do not wait for it')
    .option('--json', 'print JSON')
    .action(async (name: string, options: RunOptions) => {
      const run = await context.client().post<BackupRunBody>(sourcePath(name, '/snapshots'));
      await followRun(context, run, options);
    });
  backup
    .command('prove')
    .description('restore aside now, check what came back, and measure it')
    .argument('<database>')
    .option('--to <time>', 'a time with zone, or how long ago; default: the newest second')
    .option('--random-second', 'a random second of the window')
    .option('--random-day', 'a random kept day')
    .option('--detach', 'do not wait for it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast backup prove holdfast\n  holdfast backup prove orders --to 90m')
    .action(
      async (name: string, options: RunOptions & { to?: string; randomSecond?: boolean; randomDay?: boolean }) => {
        const targetMs = options.to === undefined ? undefined : readTimeMs('--to', options.to, context.clock.nowMs());
        const random = options.randomSecond === true ? 'random-second' : 'random-day';
        const isRandom = options.randomSecond === true || options.randomDay === true;
        const choice = targetMs !== undefined ? 'given' : isRandom ? random : 'newest';
        const run = await context.client().post<BackupRunBody>(sourcePath(name, '/proofs'), { choice, targetMs });
        await followRun(context, run, options);
      },
    );
}

function addReportCommands(backup: Command, context: RunContext): void {
  backup
    .command('reports')
    .description('reports of restore drills, newest first')
    .argument('<database>')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const { reports } = await context.client().get<RestoreReportsBody>(sourcePath(name, '/reports'));
      if (options.json === true) return context.printer.out(JSON.stringify(reports, null, 2));
      const rows = reports.map((report) => [
        isoTime(report.begunMs),
        report.passed ? 'passed' : 'FAILED',
        report.choice,
        isoTime(report.targetMs),
        formatDuration(report.recoveryTimeMs),
        formatDuration(report.recoveryPointMs),
        report.summary,
      ]);
      printTable(context.printer, ['WHEN', 'RESULT', 'CHOICE', 'TARGET', 'RECOVERY TIME', 'LOST', 'SUMMARY'], rows);
    });
  backup
    .command('retention')
    .description('what is kept and why, and what would be removed next; changes nothing')
    .argument('<database>')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const plan = await context.client().get<RetentionBody>(sourcePath(name, '/retention'));
      if (options.json === true) return context.printer.out(JSON.stringify(plan, null, 2));
      const keeps = plan.keeps.map((keep) => ['keep', keep.what, isoTime(keep.untilMs), keep.reason]);
      const removals = plan.removals.map((removal) => ['remove', removal.what, '', removal.reason]);
      printTable(context.printer, ['', 'WHAT', 'UNTIL', 'WHY'], [...keeps, ...removals]);
    });
  backup
    .command('status')
    .description('one database: its stream, what is restorable, and what is wrong')
    .argument('<database>')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const status = await context.client().get<SourceStatusBody>(sourcePath(name));
      if (options.json === true) return context.printer.out(JSON.stringify(status, null, 2));
      const { stream, ranges, problems } = status;
      context.printer.out(
        `${name} (${status.source.address}): ${stream.state}${stream.reason === undefined ? '' : `, ${stream.reason}`}`,
      );
      for (const range of ranges)
        context.printer.out(`restorable from ${isoTime(range.fromMs)} to ${isoTime(range.toMs)}`);
      if (stream.lagMs !== undefined)
        context.printer.out(
          `commit to durable: last ${Math.round(stream.lagMs.last)} ms, p50 ${Math.round(stream.lagMs.p50)} ms, p99 ${Math.round(stream.lagMs.p99)} ms`,
        );
      context.printer.out(
        `${status.snapshots} snapshots, next ${isoTime(status.nextSnapshotMs)}; next drill ${isoTime(status.nextProofMs)}`,
      );
      printFindings(context, 'problems', problems);
    });
}

interface AddOptions {
  readonly url?: string;
  readonly snapshotCron?: string;
  readonly timeZone?: string;
  readonly window?: string;
  readonly kept?: string;
  readonly recoveryTime?: string;
  readonly recoveryPoint?: string;
  readonly heartbeat?: boolean;
  readonly slot?: string;
  readonly json?: boolean;
}

function addSourceCommands(backup: Command, context: RunContext): void {
  backup
    .command('add')
    .description('put a PostgreSQL cluster under backup')
    .argument('<database>', 'a name of lower-case letters, digits and -')
    .option('--url <uri>', 'postgresql://user:password@host/db of a role with REPLICATION; standard input when absent')
    .option('--snapshot-cron <cron>', 'when the daily snapshot is taken')
    .option('--time-zone <zone>', 'of the schedule and of what counts as a day')
    .option('--window <duration>', 'how long every second stays restorable, such as 24h')
    .option('--kept <duration>', 'how long daily restore points stay, such as 60d')
    .option('--recovery-time <duration>', 'objective that drills are held to')
    .option('--recovery-point <duration>', 'objective that drills are held to')
    .option('--slot <name>', 'name of the replication slot')
    .option('--no-heartbeat', 'write no row each second')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  echo "$URL" | holdfast backup add orders --window 48h\n  holdfast backup check orders',
    )
    .action(async (name: string, options: AddOptions) => {
      const url = options.url ?? (await context.readInput()).trim();
      const source = await context.client().post<SourceBody>('/backup/sources', {
        ...{ name, url, snapshotCron: options.snapshotCron, timeZone: options.timeZone, slotName: options.slot },
        heartbeat: options.heartbeat,
        windowMs: durationOf('--window', options.window),
        dailyKeptMs: durationOf('--kept', options.kept),
        recoveryTimeObjectiveMs: durationOf('--recovery-time', options.recoveryTime),
        recoveryPointObjectiveMs: durationOf('--recovery-point', options.recoveryPoint),
      });
      if (options.json === true) context.printer.out(JSON.stringify(source, null, 2));
      else context.printer.out(`${name} (${source.address}) is under backup; see holdfast backup check ${name}`);
    });
  backup
    .command('remove')
    .description('end the backup of a database; what is stored stays until its locks end')
    .argument('<database>')
    .action(async (name: string) => {
      await context.client().remove(sourcePath(name));
      context.printer.out(
        `${name} is no longer under backup; its slot is dropped where the server answers, and what is stored stays until its locks end`,
      );
    });
}

function durationOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw new Failure(CLI_FAILURES.argumentInvalid, {
    name,
    value: text,
    expected: 'a duration such as 90s, 15m, 24h, 60d',
  });
}
