import type { Command } from 'commander';
import type { LogGroupsBody, QueryResultBody, RemovalPlanBody } from '../../api/contract.ts';
import { Failure, formatBytes, formatDuration } from '../../base/index.ts';
import type { Client } from '../client.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, type Printer, printTable } from '../printer.ts';
import { type RunContext, readRange } from '../run-context.ts';

interface QueryOptions {
  readonly group: readonly string[];
  readonly since: string;
  readonly until: string;
  readonly limit?: string;
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** holdfast logs … */
export function addLogCommands(program: Command, context: RunContext): void {
  const logs = program.command('logs').description('query logs, and manage log groups');
  logs
    .command('query')
    .description('run a Logs Insights query')
    .argument('<query>', 'the query, quoted')
    .option(
      '-g, --group <name>',
      'log group, or a pattern with *; repeat for more (default: all you may read)',
      collect,
      [],
    )
    .option('--since <time>', 'start: a duration ago or a time with zone', '1h')
    .option('--until <time>', 'end: the same, or now', 'now')
    .option('-n, --limit <rows>', 'rows at most')
    .option('--json', 'print {fields, rows, statistics} as JSON')
    .addHelpText(
      'after',
      `
Examples:
  holdfast logs query 'fields @timestamp, @message | filter @message like "timeout" | limit 20'
  holdfast logs query 'stats count(*) by bin(5m), service' --group '/otlp/*' --since 6h
  holdfast logs query 'filter duration_ms > 500 | stats pct(duration_ms, 95) by route' --json`,
    )
    .action(async (query: string, options: QueryOptions) => runQuery(context, query, options));
  addGroupCommands(logs, context);
}

async function runQuery(context: RunContext, query: string, options: QueryOptions): Promise<void> {
  const client = context.client();
  const range = readRange(options, context.clock.nowMs());
  const limit = options.limit === undefined ? {} : { limit: Number(options.limit) };
  const body = { query, groups: options.group, ...range, ...limit };
  const { queryId } = await client.post<{ queryId: string }>('/logs/queries', body).catch((error: unknown) => {
    if (error instanceof Failure) pointAtMistake(context.printer, query, error);
    throw error;
  });
  const stop = (): void => void client.remove(`/logs/queries/${queryId}`).catch(() => undefined);
  process.once('SIGINT', stop);
  try {
    const result = await waitForQuery(client, queryId);
    if (result.status !== 'Complete') {
      throw new Failure(CLI_FAILURES.queryFailed, {
        status: result.status,
        reason: result.failure?.message ?? 'no reason was given',
        hint: result.failure?.hint ?? 'ask for a shorter time range',
      });
    }
    printResult(context.printer, result, options.json === true);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

/** The line of the query that is wrong, with marks under the place. */
function pointAtMistake(printer: Printer, query: string, failure: Failure): void {
  const { line, column, length } = failure.details;
  if (typeof line !== 'number' || typeof column !== 'number') return;
  const marks = '^'.repeat(typeof length === 'number' && length > 0 ? length : 1);
  printer.err(`  ${query.split('\n')[line - 1] ?? ''}\n  ${' '.repeat(column - 1)}${marks}`);
}

async function waitForQuery(client: Client, queryId: string): Promise<QueryResultBody> {
  for (let waitMs = 15; ; waitMs = Math.min(500, waitMs * 1.6)) {
    const result = await client.get<QueryResultBody>(`/logs/queries/${queryId}`);
    if (result.status !== 'Scheduled' && result.status !== 'Running') return result;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

function printResult(printer: Printer, result: QueryResultBody, asJson: boolean): void {
  if (asJson) {
    const { fields, rows, statistics } = result;
    printer.out(JSON.stringify({ fields, rows, statistics }, null, 2));
    return;
  }
  const shown = result.fields.filter((field) => field.name !== '@ptr').map((field) => field.name);
  printTable(
    printer,
    shown,
    result.rows.map((row) => shown.map((name) => row[name])),
  );
  const { recordsMatched, recordsScanned, bytesScanned, elapsedMs } = result.statistics;
  printer.err(
    `${result.rows.length} rows; ${recordsMatched} records matched of ${recordsScanned} scanned (${formatBytes(bytesScanned)}) in ${formatDuration(elapsedMs)}`,
  );
}

function addGroupCommands(logs: Command, context: RunContext): void {
  const groups = logs.command('groups').description('list and manage log groups');
  groups
    .command('list')
    .description('log groups with retention and size')
    .option('--prefix <text>', 'only names that begin with it')
    .option('--json', 'print JSON')
    .action(async (options: { prefix?: string; json?: boolean }) => {
      const answer = await context.client().get<LogGroupsBody>('/logs/groups', { prefix: options.prefix });
      if (options.json === true) return context.printer.out(JSON.stringify(answer.groups, null, 2));
      const rows = answer.groups.map((group) => [
        group.name,
        group.retentionDays === 0 ? 'for ever' : `${group.retentionDays} days`,
        group.storageClass,
        formatBytes(group.storedBytes),
        isoTime(group.createdMs),
      ]);
      printTable(context.printer, ['NAME', 'RETENTION', 'CLASS', 'STORED', 'CREATED'], rows);
    });
  groups
    .command('create')
    .argument('<name>')
    .description('create a log group')
    .option('--retention <days>', 'days to keep, 0 for ever', '60')
    .option('--class <class>', 'standard or infrequent', 'standard')
    .action(async (name: string, options: { retention: string; class: string }) => {
      await context
        .client()
        .post('/logs/groups', { name, retentionDays: Number(options.retention), storageClass: options.class });
      context.printer.out(`created ${name}`);
    });
  addRemovalCommands(groups, context);
}

function printPlan(context: RunContext, plan: RemovalPlanBody): void {
  context.printer.out(plan.explanation);
  if (!plan.applied) context.printer.out('Nothing was changed. Add --yes to do it.');
}

function addRemovalCommands(groups: Command, context: RunContext): void {
  groups
    .command('retention')
    .argument('<name>')
    .argument('<days>', 'days to keep, 0 for ever')
    .description('change how long a group is kept; prints the plan, and does it with --yes')
    .option('--yes', 'do it')
    .action(async (name: string, days: string, options: { yes?: boolean }) => {
      const query = { dryRun: options.yes !== true };
      printPlan(
        context,
        await context.client().patch<RemovalPlanBody>('/logs/groups', { name, retentionDays: Number(days) }, query),
      );
    });
  groups
    .command('delete')
    .argument('<name>')
    .description('remove a group with its records; prints the plan, and does it with --yes')
    .option('--yes', 'do it')
    .action(async (name: string, options: { yes?: boolean }) => {
      printPlan(
        context,
        await context.client().remove<RemovalPlanBody>('/logs/groups', { name, dryRun: options.yes !== true }),
      );
    });
}
