import type { Command } from 'commander';
import type { ScrubBody, VaultBody } from '../../api/vault-contract.ts';
import { formatBytes } from '../../base/index.ts';
import { printTable } from '../printer.ts';
import type { RunContext } from '../run-context.ts';

/** holdfast vault … */
export function addVaultCommands(program: Command, context: RunContext): void {
  const vault = program.command('vault').description('the immutable store: zones, scrub, durability');
  vault
    .command('status', { isDefault: true })
    .description('zones, the last scrub and the computed durability')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const status = await context.client().get<VaultBody>('/vault');
      if (options.json === true) return context.printer.out(JSON.stringify(status, null, 2));
      const rows = status.zones.map((zone) => [
        zone.zone,
        zone.state,
        zone.missingItems,
        zone.failureDomain,
        zone.remote ? 'remote' : 'here',
        zone.freeBytes === undefined ? '–' : formatBytes(zone.freeBytes),
        zone.location,
      ]);
      printTable(context.printer, ['ZONE', 'STATE', 'MISSING', 'FAILURE DOMAIN', 'WHERE', 'FREE', 'LOCATION'], rows);
      context.printer.out(`\n${status.durability.sentence}\n${status.durability.empirical}`);
      for (const improvement of status.durability.improvements) context.printer.out(`- ${improvement}`);
    });
  addScrubCommand(vault, context);
  addVerifyCommand(vault, context);
}

function addScrubCommand(vault: Command, context: RunContext): void {
  vault
    .command('scrub')
    .description('read and verify every copy now, and mend')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const report = await context.client().post<ScrubBody>('/vault/scrub');
      if (options.json === true) return context.printer.out(JSON.stringify(report, null, 2));
      context.printer.out(
        `${report.copies} copies (${formatBytes(report.bytes)}) read; ${report.found} damaged or missing, ${report.mended} mended, ${report.unmended} not`,
      );
      if (report.problems.length > 0)
        printTable(
          context.printer,
          ['ZONE', 'PROBLEM', 'MENDED', 'OBJECT'],
          report.problems.map((problem) => [problem.zone, problem.type, problem.mended, problem.name]),
        );
    });
}

function addVerifyCommand(vault: Command, context: RunContext): void {
  vault
    .command('verify')
    .description('verify one zone with nothing but its address and the keys; no server needed, nothing is changed')
    .requiredOption('--zone <url>', 'file:///path or s3://bucket/prefix?…')
    .requiredOption('--keys <folder>', 'folder with the vault keys')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast vault verify --zone file:///backup/zones/b --keys ./keys')
    .action(async (options: { zone: string; keys: string; json?: boolean }) => {
      const { verifyZoneOffline } = await import('../../boot/index.ts');
      const report = await verifyZoneOffline(options);
      if (options.json === true) context.printer.out(JSON.stringify(report, null, 2));
      else
        context.printer.out(
          `${report.itemsWhole} of ${report.items} items are whole (${report.chunks} chunks, ${formatBytes(report.bytes)}); ${report.problemCount} problems`,
        );
      if (report.problems.length > 0 && options.json !== true)
        printTable(
          context.printer,
          ['OBJECT', 'PROBLEM', 'DETAIL'],
          report.problems.map((problem) => [problem.name, problem.code, problem.detail]),
        );
      if (report.problemCount > 0) throw report.failure;
    });
}
