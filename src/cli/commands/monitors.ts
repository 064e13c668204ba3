import type { Command } from 'commander';
import type { CheckInsBody, MonitorBody, MonitorScheduleBody, MonitorsBody } from '../../api/monitor-contract.ts';
import { formatDuration } from '../../base/index.ts';
import { isoTime, printTable } from '../printer.ts';
import type { RunContext } from '../run-context.ts';
import { projectIdOf } from './issue-words.ts';

const at = (id: string, rest = ''): string => `/monitors/${encodeURIComponent(id)}${rest}`;

const scheduleOf = (schedule: MonitorScheduleBody): string =>
  schedule.type === 'crontab'
    ? schedule.value
    : `every ${schedule.value} ${schedule.unit}${schedule.value === 1 ? '' : 's'}`;

/** holdfast monitor … */
export function addMonitorCommands(program: Command, context: RunContext): void {
  const monitors = program.command('monitor').description('monitors of scheduled jobs; SDKs and sentry-cli check in');
  monitors
    .command('list', { isDefault: true })
    .description('monitors with their states')
    .option('-p, --project <project>', 'id or slug')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast monitor list\n  holdfast monitor list --json | jq .[].slug')
    .action(async (options: { project?: string; json?: boolean }) => {
      const projectId = options.project === undefined ? undefined : await projectIdOf(context, options.project);
      const { monitors: all } = await context.client().get<MonitorsBody>('/monitors', { projectId });
      if (options.json === true)
        return context.printer.out(
          JSON.stringify(
            all.map(({ monitor }) => monitor),
            null,
            2,
          ),
        );
      const rows = all.flatMap(({ monitor }) =>
        (monitor.environments.length === 0 ? [undefined] : monitor.environments).map((environment) => [
          ...[monitor.id, environment?.name ?? '', environment?.state ?? 'waiting', scheduleOf(monitor.schedule)],
          ...[isoTime(environment?.lastCheckInMs), isoTime(environment?.nextCheckInMs), monitor.isMuted ? 'muted' : ''],
        ]),
      );
      printTable(context.printer, ['MONITOR', 'ENVIRONMENT', 'STATE', 'SCHEDULE', 'LAST', 'NEXT', 'TOLD'], rows);
    });
  addShowCommand(monitors, context);
  for (const [verb, isMuted] of [
    ['mute', true],
    ['unmute', false],
  ] as const) {
    monitors
      .command(verb)
      .description(isMuted ? 'tell nobody of a monitor' : 'tell people of a monitor again')
      .argument('<monitor>', 'its id, such as 7.nightly')
      .action(async (id: string) => {
        await context.client().patch(at(id), { isMuted });
        context.printer.out(`${id} is ${verb}d`);
      });
  }
}

function addShowCommand(monitors: Command, context: RunContext): void {
  monitors
    .command('show')
    .description('one monitor and its last runs')
    .argument('<monitor>', 'its id, such as 7.nightly')
    .option('-n, --limit <rows>', 'runs at most', '20')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast monitor show 7.nightly')
    .action(async (id: string, options: { limit: string; json?: boolean }) => {
      const client = context.client();
      const monitor = await client.get<MonitorBody>(at(id));
      const { checkIns } = await client.get<CheckInsBody>(at(id, '/check-ins'), { limit: options.limit });
      if (options.json === true) return context.printer.out(JSON.stringify({ monitor, checkIns }, null, 2));
      context.printer.out(`${monitor.name} (${monitor.id}): ${scheduleOf(monitor.schedule)}, ${monitor.timezone}`);
      for (const { name, state, failingSinceMs } of monitor.environments) {
        context.printer.out(
          `  ${name}: ${state}${failingSinceMs === undefined ? '' : `, failing since ${isoTime(failingSinceMs)}`}`,
        );
      }
      if (monitor.configProblem !== undefined) context.printer.out(`configuration not taken: ${monitor.configProblem}`);
      const rows = checkIns.map((run) => [
        ...[isoTime(run.startedMs), run.environment, run.status],
        run.durationMs === undefined ? '' : formatDuration(run.durationMs),
      ]);
      printTable(context.printer, ['BEGAN', 'ENVIRONMENT', 'STATE', 'TOOK'], rows);
    });
}
