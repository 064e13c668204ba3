import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { CommitBody, ComparisonBody, WorkbooksBody, WorkbookVersionsBody } from '../../api/vault-contract.ts';
import { Failure, formatBytes } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printTable } from '../printer.ts';
import type { RunContext } from '../run-context.ts';

const at = (name: string): string => `/workbooks/${encodeURIComponent(name)}`;

/** holdfast workbook … */
export function addWorkbookCommands(program: Command, context: RunContext): void {
  const workbooks = program.command('workbook').description('immutable version snapshots of spreadsheets');
  addCommitCommands(workbooks, context);
  workbooks
    .command('list')
    .description('workbooks, or the history of one')
    .argument('[name]')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      if (name === undefined) return listWorkbooks(context, options.json === true);
      const answer = await context.client().get<WorkbookVersionsBody>(`${at(name)}/versions`);
      if (options.json === true) return context.printer.out(JSON.stringify(answer.versions, null, 2));
      const rows = answer.versions.map((version) => [
        version.number,
        isoTime(version.committedMs),
        version.author,
        formatBytes(version.lengthBytes),
        version.sha256.slice(0, 12),
        isoTime(version.retainUntilMs),
        version.message,
      ]);
      printTable(
        context.printer,
        ['VERSION', 'COMMITTED', 'AUTHOR', 'SIZE', 'SHA-256', 'LOCKED UNTIL', 'MESSAGE'],
        rows,
      );
    });
  addReadCommands(workbooks, context);
}

async function listWorkbooks(context: RunContext, asJson: boolean): Promise<void> {
  const { workbooks } = await context.client().get<WorkbooksBody>('/workbooks');
  if (asJson) {
    context.printer.out(JSON.stringify(workbooks, null, 2));
    return;
  }
  const rows = workbooks.map((workbook) => [
    workbook.name,
    workbook.head,
    `${workbook.retentionDays} days`,
    isoTime(workbook.createdMs),
  ]);
  printTable(context.printer, ['NAME', 'VERSIONS', 'EACH KEPT', 'CREATED'], rows);
}

interface CommitOptions {
  readonly workbook?: string;
  readonly message?: string;
  readonly author?: string;
  readonly parent?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

function addCommitCommands(workbooks: Command, context: RunContext): void {
  workbooks
    .command('commit')
    .description('store a file as the next version; answered when a write quorum of zones holds it')
    .argument('<file>')
    .option('-w, --workbook <name>', 'name of the workbook (default: the name of the file)')
    .option('-m, --message <text>', 'what changed')
    .option('--author <name>', 'who wrote it, when not you')
    .option('--parent <version>', 'the version it was made from; refused when somebody committed meanwhile')
    .option('--force', 'store it also when nothing changed')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast workbook commit budget.xlsx -m "Q3 figures"\n  holdfast workbook commit b.xlsx --workbook budget --parent 4',
    )
    .action(async (file: string, options: CommitOptions) => commit(context, file, options));
  workbooks
    .command('restore')
    .description('make an old version the newest; the ones between stay')
    .argument('<name>')
    .requiredOption('--version <version>', 'number or SHA-256')
    .option('-m, --message <text>')
    .action(async (name: string, options: { version: string; message?: string }) => {
      const answer = await context.client().post<CommitBody>(`${at(name)}/restore`, options);
      context.printer.out(`version ${answer.version.number} of ${name} has the bytes of version ${options.version}`);
    });
}

async function commit(context: RunContext, file: string, options: CommitOptions): Promise<void> {
  await stat(file).catch(() => {
    throw new Failure(CLI_FAILURES.argumentInvalid, { name: 'file', value: file, expected: 'a file that can be read' });
  });
  const name = options.workbook ?? path.parse(file).name;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const query = {
    createMissing: true,
    force: options.force,
    message: options.message,
    author: options.author,
    expectedParent: options.parent,
    // The same file sent again after a lost answer is the same commit.
    clientKey:
      options.force === true ? undefined : `cli-${hash.digest('hex').slice(0, 32)}-${options.parent ?? 'head'}`,
  };
  const answer = await context.client().upload<CommitBody>(`${at(name)}/versions`, createReadStream(file), query);
  if (options.json === true) return context.printer.out(JSON.stringify(answer, null, 2));
  const { version, unchanged } = answer;
  const said = unchanged
    ? 'is unchanged; the newest version is'
    : answer.repeated
      ? 'was committed before as'
      : 'is now';
  context.printer.out(
    `${name} ${said} version ${version.number}, ${formatBytes(version.lengthBytes)}, in zones ${version.zones.join(', ')}`,
  );
}

function addReadCommands(workbooks: Command, context: RunContext): void {
  workbooks
    .command('get')
    .description('write a version to a file, byte for byte')
    .argument('<name>')
    .option('--version <version>', 'number, latest or SHA-256', 'latest')
    .option('-o, --output <file>', 'where to; standard output when absent')
    .option('--zone <zone>', 'from this zone alone')
    .action(async (name: string, options: { version: string; output?: string; zone?: string }) => {
      const path = `${at(name)}/versions/${encodeURIComponent(options.version)}/content`;
      const { body, sha256 } = await context.client().download(path, { zone: options.zone });
      const target = options.output === undefined ? process.stdout : createWriteStream(options.output, { flags: 'wx' });
      const hash = createHash('sha256');
      const source = Readable.fromWeb(body).on('data', (chunk: Uint8Array) => hash.update(chunk));
      await pipeline(source, target, { end: options.output !== undefined });
      if (hash.digest('hex') !== sha256) throw new Failure(CLI_FAILURES.downloadDamaged, { name });
      context.printer.err(`SHA-256 ${sha256}`);
    });
  workbooks
    .command('compare')
    .description('what changed between two versions')
    .argument('<name>')
    .requiredOption('--from <version>')
    .option('--to <version>', 'default latest', 'latest')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { from: string; to: string; json?: boolean }) => {
      const { json, ...query } = options;
      const compared = await context.client().get<ComparisonBody>(`${at(name)}/compare`, query);
      if (json === true) return context.printer.out(JSON.stringify(compared, null, 2));
      printComparison(context, compared);
    });
}

function printComparison(context: RunContext, compared: ComparisonBody): void {
  const { printer } = context;
  if (compared.type === 'not-comparable') {
    printer.out(`cannot be compared (${compared.reason}, ${compared.side}): ${compared.detail}`);
    return;
  }
  const cell = (content: { value: unknown; formula?: string | undefined } | undefined): string =>
    content === undefined
      ? ''
      : content.formula === undefined
        ? String(content.value)
        : `=${content.formula} (${content.value})`;
  const rows = (compared.changes ?? []).map((change) => [
    change.sheet,
    change.cell,
    change.type,
    cell(change.old),
    cell(change.new),
  ]);
  printTable(printer, ['SHEET', 'CELL', 'CHANGE', 'OLD', 'NEW'], rows);
  const { totals, isCut } = compared;
  printer.err(
    `${totals?.cellsAdded} cells added, ${totals?.cellsRemoved} removed, ${totals?.cellsChanged} changed${isCut === true ? '; only the first are shown' : ''}`,
  );
}
