import type { Command } from 'commander';
import type {
  AlertBody,
  AlertDetailBody,
  AlertsBody,
  AttemptBody,
  ChannelsBody,
  SilenceBody,
  SilencesBody,
} from '../../api/notify-contract.ts';
import { Failure, formatDuration, parseDurationMs } from '../../base/index.ts';
import { NOTIFY_FAILURES, parseMatcher } from '../../notify/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printTable } from '../printer.ts';
import type { RunContext } from '../run-context.ts';

interface Json {
  readonly json?: boolean;
}

/** holdfast alert …, holdfast silence …, holdfast channel … */
export function addNotifyCommands(program: Command, context: RunContext): void {
  addAlertCommands(program.command('alert').description('what people must know of'), context);
  addSilenceCommands(program.command('silence').description('alerts that are held back for a while'), context);
  addChannelCommands(program.command('channel').description('mail, webhooks, Slack and PagerDuty'), context);
}

const at = (key: string, rest = ''): string => `/alerts/${encodeURIComponent(key)}${rest}`;

function stateOf(alert: AlertBody): string {
  if (alert.state === 'resolved') return 'resolved';
  if (alert.acknowledged !== undefined) return `acknowledged by ${alert.acknowledged.by}`;
  return alert.silencedBy.length > 0 ? 'silenced' : 'firing';
}

function printAlerts(context: RunContext, alerts: readonly AlertBody[]): void {
  const rows = alerts.map((alert) => [
    stateOf(alert),
    alert.severity,
    isoTime(alert.resolvedMs ?? alert.firedMs),
    alert.key,
    alert.title,
  ]);
  printTable(context.printer, ['STATE', 'SEVERITY', 'SINCE', 'KEY', 'TITLE'], rows);
}

function addAlertCommands(alert: Command, context: RunContext): void {
  alert
    .command('list', { isDefault: true })
    .description('alerts, the firing ones first')
    .option('--state <state>', 'firing or resolved')
    .option('--severity <severity>', 'critical, high, medium, low or info')
    .option('--source <source>', 'the area that raised it')
    .option('--limit <count>', 'at most this many', '200')
    .option('--json', 'print JSON')
    .action(async ({ json, ...filter }: Json & Record<string, string | undefined>) => {
      const page = await context.client().get<AlertsBody>('/alerts', filter);
      if (json === true) return context.printer.out(JSON.stringify(page, null, 2));
      printAlerts(context, page.alerts);
      if (page.total > page.alerts.length) context.printer.err(`${page.total - page.alerts.length} more; see --limit`);
    });
  alert
    .command('show')
    .description('one alert and what happened to it')
    .argument('<key>')
    .option('--json', 'print JSON')
    .action(async (key: string, options: Json) => {
      const detail = await context.client().get<AlertDetailBody>(at(key));
      if (options.json === true) return context.printer.out(JSON.stringify(detail, null, 2));
      printAlerts(context, [detail.alert]);
      context.printer.out(`\n${detail.alert.body}\n`);
      const rows = detail.events.map((event) => [isoTime(event.atMs), event.type, event.by, event.detail]);
      printTable(context.printer, ['WHEN', 'WHAT', 'BY', 'DETAIL'], rows);
    });
  alert
    .command('ack')
    .description('say that you look at it: no repeats and no escalation until it is resolved')
    .argument('<key>')
    .option('-n, --note <text>', 'for the others')
    .option('--json', 'print JSON')
    .action(async (key: string, { json, note }: Json & { note?: string }) => {
      const body = note === undefined ? {} : { note };
      const changed = await context.client().post<AlertBody>(at(key, '/acknowledge'), body);
      if (json === true) return context.printer.out(JSON.stringify(changed, null, 2));
      context.printer.out(`${key} is acknowledged by ${changed.acknowledged?.by ?? 'nobody'}`);
    });
}

const matchersOf = (silence: SilenceBody): string =>
  silence.matchers.map(({ label, operator, value }) => `${label}${operator}${value}`).join(' ');

interface SilenceOptions extends Json {
  readonly for: string;
  readonly comment?: string;
  readonly preview?: boolean;
}

async function createSilence(context: RunContext, texts: readonly string[], options: SilenceOptions): Promise<void> {
  const matchers = texts.map(parseMatcher);
  const forMs = parseDurationMs(options.for);
  if (forMs === undefined) {
    const expected = 'a duration such as 30m, 2h, 3d';
    throw new Failure(CLI_FAILURES.argumentInvalid, { name: '--for', value: options.for, expected });
  }
  if (options.preview === true) {
    const page = await context.client().post<AlertsBody>('/silences/preview', { matchers });
    if (options.json === true) context.printer.out(JSON.stringify(page, null, 2));
    else printAlerts(context, page.alerts);
    return;
  }
  const body = { matchers, untilMs: context.clock.nowMs() + forMs, comment: options.comment ?? '' };
  const made = await context.client().post<SilenceBody>('/silences', body);
  if (options.json === true) context.printer.out(JSON.stringify(made, null, 2));
  else context.printer.out(`${made.id} holds ${matchersOf(made)} back until ${isoTime(made.untilMs)}`);
}

function addSilenceCommands(silence: Command, context: RunContext): void {
  silence
    .command('list', { isDefault: true })
    .description('silences, the latest end first')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { silences } = await context.client().get<SilencesBody>('/silences');
      if (options.json === true) return context.printer.out(JSON.stringify(silences, null, 2));
      const rows = silences.map((one) => [
        one.id,
        one.state,
        isoTime(one.untilMs),
        one.createdBy,
        matchersOf(one),
        one.comment,
      ]);
      printTable(context.printer, ['ID', 'STATE', 'UNTIL', 'BY', 'MATCHES', 'WHY'], rows);
    });
  silence
    .command('create')
    .description('hold alerts back for a while')
    .argument('<matchers...>', 'label=value, also with != =~ !~; all of them must match')
    .option('--for <duration>', 'how long from now', '1h')
    .option('-m, --comment <text>', 'why')
    .option('--preview', 'only show the firing alerts that it would hold back')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  holdfast silence create host=web-1 'severity=~low|info' --for 2h -m 'new disk'",
    )
    .action((matchers: string[], options: SilenceOptions) => createSilence(context, matchers, options));
  silence
    .command('expire')
    .description('end a silence now')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, options: Json) => {
      const ended = await context.client().remove<SilenceBody>(`/silences/${encodeURIComponent(id)}`);
      if (options.json === true) return context.printer.out(JSON.stringify(ended, null, 2));
      context.printer.out(`${id} has ended`);
    });
}

function addChannelCommands(channel: Command, context: RunContext): void {
  channel
    .command('list', { isDefault: true })
    .description('channels and how they do')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { channels } = await context.client().get<ChannelsBody>('/channels');
      if (options.json === true) return context.printer.out(JSON.stringify(channels, null, 2));
      const rows = channels.map(({ name, settings, health }) => [
        name,
        settings.type,
        health.failingSinceMs === undefined ? 'ok' : 'failing',
        isoTime(health.deliveredMs),
        health.waiting,
        health.problem,
      ]);
      printTable(context.printer, ['NAME', 'TYPE', 'STATE', 'DELIVERED', 'WAITING', 'PROBLEM'], rows);
    });
  channel
    .command('test')
    .description('send a marked message now, and say what came of it')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Json) => {
      const attempt = await context.client().post<AttemptBody>(`/channels/${encodeURIComponent(name)}/test`);
      if (options.json === true) context.printer.out(JSON.stringify(attempt, null, 2));
      else context.printer.out(`${attempt.outcome} after ${formatDuration(attempt.durationMs)}: ${attempt.detail}`);
      if (attempt.outcome !== 'delivered') throw new Failure(NOTIFY_FAILURES.testFailed, { channel: name });
    });
}
