import type { Command } from 'commander';
import type { AuditBody, RedactionCountsBody, RedactionExplainBody, SystemBody } from '../../api/contract.ts';
import { formatBytes } from '../../base/index.ts';
import { createRedactor, explainRedaction } from '../../redact/index.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readTimeMs } from '../run-context.ts';

/** holdfast redact | audit | system */
export function addSystemCommands(program: Command, context: RunContext): void {
  addRedactCommand(program, context);
  addAuditCommand(program, context);
  program
    .command('system')
    .description('versions, sizes, and what came in since start')
    .command('show', { isDefault: true })
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const system = await context.client().get<SystemBody>('/system');
      if (options.json === true) return context.printer.out(JSON.stringify(system, null, 2));
      const { telemetry, catalog } = system;
      context.printer.out(
        [
          `Holdfast ${system.version} at ${system.address}, running since ${isoTime(system.startedMs)}`,
          `data       ${system.dataFolder} (${formatBytes(telemetry.freeDiskBytes)} free)`,
          `telemetry  ${telemetry.engine} ${telemetry.version}: ${telemetry.rows} records in ${formatBytes(telemetry.bytesOnDisk)}`,
          `catalog    ${catalog.engine} ${catalog.serverVersion}: ${formatBytes(catalog.bytes)}\n`,
        ].join('\n'),
      );
      const rows = system.ingest.map((row) => [
        row.protocol,
        row.requests,
        row.records,
        row.bytes,
        row.refusedRequests,
        row.refusedRecords,
      ]);
      printTable(
        context.printer,
        ['PROTOCOL', 'REQUESTS', 'RECORDS', 'BYTES', 'REFUSED REQUESTS', 'REFUSED RECORDS'],
        rows,
      );
    });
}

function addRedactCommand(program: Command, context: RunContext): void {
  program
    .command('redact')
    .description('mask secrets in text as ingestion does, here and without a server')
    .argument('[text]', 'the text; standard input when absent')
    .option('--explain', 'say which rule masked what')
    .option('--counts', 'instead: what the server has masked, by rule and day')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast redact --explain "password=hunter2hunter2"\n  kubectl logs web-1 | holdfast redact > safe-to-share.txt',
    )
    .action(async (text: string | undefined, options: { explain?: boolean; counts?: boolean; json?: boolean }) => {
      if (options.counts === true) return showCounts(context, options.json === true);
      const input = text ?? (await context.readInput());
      const { redacted, masks } = explainRedaction(createRedactor(), input);
      const answer: RedactionExplainBody = { redacted, masks: masks.map((mask) => ({ ...mask })) };
      if (options.json === true) return context.printer.out(JSON.stringify(answer, null, 2));
      context.printer.out(redacted.replace(/\n$/, ''));
      if (options.explain !== true) return;
      if (masks.length === 0) return context.printer.err('nothing was masked');
      const rows = masks.map((mask) => [mask.offset, mask.length, mask.rule, mask.description]);
      printTable({ ...context.printer, out: context.printer.err }, ['OFFSET', 'LENGTH', 'RULE', 'WHAT IT FINDS'], rows);
    });
}

async function showCounts(context: RunContext, asJson: boolean): Promise<void> {
  const counts = await context.client().get<RedactionCountsBody>('/redaction/counts', { days: 30 });
  if (asJson) {
    context.printer.out(JSON.stringify(counts, null, 2));
    return;
  }
  printTable(
    context.printer,
    ['DAY', 'RULE', 'MASKS'],
    counts.days.map((row) => [row.day, row.rule, row.masks]),
  );
  context.printer.err(
    `${counts.recordsScanned} records (${formatBytes(counts.bytesScanned)}) scanned; ${counts.failedClosed} fields masked whole`,
  );
}

function addAuditCommand(program: Command, context: RunContext): void {
  program
    .command('audit')
    .description('who did what, and what was refused')
    .command('list', { isDefault: true })
    .option('--event <name>', 'event name such as StartQuery')
    .option('--who <name>', 'e-mail address or key name')
    .option('--resource <name>', 'log group or other resource')
    .option('--refused', 'only refusals')
    .option('--since <time>', 'start', '24h')
    .option('-n, --limit <rows>', 'rows at most', '50')
    .option('--json', 'print whole records as JSON')
    .action(
      async (options: {
        event?: string;
        who?: string;
        resource?: string;
        refused?: boolean;
        since: string;
        limit: string;
        json?: boolean;
      }) => {
        const answer = await context.client().get<AuditBody>('/audit', {
          eventName: options.event,
          identityName: options.who,
          resourceName: options.resource,
          refusedOnly: options.refused,
          startMs: readTimeMs('--since', options.since, context.clock.nowMs()),
          limit: options.limit,
        });
        if (options.json === true) return context.printer.out(JSON.stringify(answer.records, null, 2));
        const rows = answer.records.map((record) => {
          const identity = record.userIdentity as { userName?: string; invokedBy?: string; type?: string } | undefined;
          return [
            record.eventTime,
            record.eventSource,
            record.eventName,
            identity?.userName ?? identity?.invokedBy ?? identity?.type,
            record.sourceIPAddress,
            record.errorCode ?? 'ok',
          ].map(String);
        });
        printTable(context.printer, ['TIME', 'SOURCE', 'EVENT', 'WHO', 'FROM', 'RESULT'], rows);
      },
    );
}
