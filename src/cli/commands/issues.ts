import type { Command } from 'commander';
import type { EventViewBody } from '../../api/event-contract.ts';
import type { IssueActivitiesBody, IssueBody, IssuesBody } from '../../api/issues-contract.ts';
import { Failure, formatDuration, parseDurationMs } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printable, printTable } from '../printer.ts';
import { type RunContext, readRange } from '../run-context.ts';
import { addIssueChangeCommands } from './issue-changes.ts';
import { groupingLines } from './issue-grouping.ts';
import { issueAt, projectIdOf, stateOf } from './issue-words.ts';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** holdfast issues … */
export function addIssueCommands(program: Command, context: RunContext): void {
  const issues = program.command('issues').alias('issue').description('errors of applications, grouped');
  addListCommand(issues, context);
  addShowCommand(issues, context);
  addExplainCommand(issues, context);
  addTailCommand(issues, context);
  addIssueChangeCommands(issues, context);
}

interface ListOptions {
  readonly project: readonly string[];
  readonly environment?: string;
  readonly since: string;
  readonly until: string;
  readonly sort: string;
  readonly limit: string;
  readonly json?: boolean;
}

function addListCommand(issues: Command, context: RunContext): void {
  issues
    .command('list', { isDefault: true })
    .description('issues that a query finds')
    .argument('[query]', 'such as `is:unresolved level:error release:shop@1.4.2 "timeout"`', 'is:unresolved')
    .option('-p, --project <project>', 'id or slug; repeat for more (default: all)', collect, [])
    .option('-e, --environment <name>', 'only events of it are counted')
    .option('--since <time>', 'start: a duration ago or a time with zone', '14d')
    .option('--until <time>', 'end: the same, or now', 'now')
    .option('--sort <by>', 'last-seen, first-seen, events, users or trend', 'last-seen')
    .option('-n, --limit <rows>', 'issues at most', '25')
    .option('--json', 'print {issues, next, total} as JSON')
    .addHelpText(
      'after',
      `
Examples:
  holdfast issues list
  holdfast issues list 'is:unresolved assigned:me' --sort events --since 24h
  holdfast issues list 'is:regressed' -p shop --json | jq -r '.issues[].issue.shortId'`,
    )
    .action(async (query: string, options: ListOptions) => {
      const { startMs, endMs } = readRange(options, context.clock.nowMs());
      const { project, environment, sort, limit } = options;
      const answer = await context.client().get<IssuesBody>('/issues', {
        ...{ query, project: await projectIdsOf(context, project), environment, sort, limit },
        ...{ fromMs: startMs, toMs: endMs },
      });
      if (options.json === true) return context.printer.out(JSON.stringify(answer, null, 2));
      printIssues(context, answer);
    });
}

const projectIdsOf = (context: RunContext, projects: readonly string[]): Promise<readonly string[]> =>
  Promise.all(projects.map((project) => projectIdOf(context, project)));

function printIssues(context: RunContext, { issues, total }: IssuesBody): void {
  const nowMs = context.clock.nowMs();
  const rows = issues.map(({ issue, events, users }) => [
    issue.shortId,
    stateOf(issue),
    issue.level,
    events,
    users,
    formatDuration(Math.max(0, nowMs - issue.lastSeenMs)),
    issue.assignee?.name ?? '',
    issue.title,
  ]);
  printTable(context.printer, ['ISSUE', 'STATE', 'LEVEL', 'EVENTS', 'USERS', 'SEEN', 'ASSIGNED', 'TITLE'], rows);
  context.printer.err(`${issues.length} of ${total} issues`);
}

function addShowCommand(issues: Command, context: RunContext): void {
  issues
    .command('show')
    .description('one issue with its newest event')
    .argument('<issue>', 'such as SHOP-1F')
    .option('--event <event>', 'an event id, latest, oldest or recommended', 'latest')
    .option('--json', 'print {issue, event, activity} as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast issues show SHOP-1F\n  holdfast issues show SHOP-1F --event oldest --json',
    )
    .action(async (id: string, options: { event: string; json?: boolean }) => {
      const client = context.client();
      const issue = await client.get<IssueBody>(issueAt(id));
      const event = await client.get<EventViewBody>(issueAt(issue.id, `/events/${encodeURIComponent(options.event)}`));
      const { activity } = await client.get<IssueActivitiesBody>(issueAt(issue.id, '/activity'));
      if (options.json === true) return context.printer.out(JSON.stringify({ issue, event, activity }, null, 2));
      for (const line of [...issueLines(issue), ...eventLines(event)]) context.printer.out(printable(line));
      const rows = activity
        .slice(0, 20)
        .map((entry) => [
          isoTime(entry.atMs),
          entry.type,
          entry.by,
          typeof entry.detail.text === 'string' ? entry.detail.text : '',
        ]);
      context.printer.out('');
      printTable(context.printer, ['WHEN', 'WHAT', 'BY', 'DETAIL'], rows);
    });
}

function issueLines(issue: IssueBody): readonly string[] {
  const releases = [issue.firstRelease, issue.lastRelease].filter((release) => release !== '');
  return [
    `${issue.shortId} ${issue.title}`,
    `${stateOf(issue)}, ${issue.level}, priority ${issue.priority}${issue.assignee === undefined ? '' : `, assigned to ${issue.assignee.name}`}`,
    `${issue.timesSeen} events from ${isoTime(issue.firstSeenMs)} to ${isoTime(issue.lastSeenMs)}${releases.length === 0 ? '' : `, releases ${[...new Set(releases)].join(' to ')}`}`,
    ...(issue.culprit === '' ? [] : [`in ${issue.culprit}`]),
  ];
}

const FRAMES_SHOWN = 12;

/** The exception that was caught first, its newest frame on top, as people read traces. */
function eventLines({ event, attachments }: EventViewBody): readonly string[] {
  const lines = [
    '',
    `event ${event.eventId} at ${isoTime(event.timeMs)}, ${event.environment}, ${event.sdk.name} ${event.sdk.version}`,
  ];
  if (event.message !== undefined) lines.push(event.message.formatted);
  for (const exception of [...event.exceptions].reverse()) {
    lines.push('', exception.type === '' ? exception.value : `${exception.type}: ${exception.value}`);
    const frames = [...(exception.stacktrace?.frames ?? [])].reverse();
    for (const frame of frames.slice(0, FRAMES_SHOWN)) {
      const name = frame.function === '' ? '?' : frame.function;
      const file = frame.filename === '' ? frame.module : frame.filename;
      lines.push(
        `  ${frame.inApp === true ? '>' : ' '} ${name} (${file}${frame.lineno === undefined ? '' : `:${frame.lineno}`})`,
      );
    }
    if (frames.length > FRAMES_SHOWN) lines.push(`    and ${frames.length - FRAMES_SHOWN} more frames`);
  }
  if (attachments.length > 0) lines.push('', `attachments: ${attachments.map(({ filename }) => filename).join(', ')}`);
  return lines;
}

function addExplainCommand(issues: Command, context: RunContext): void {
  issues
    .command('explain')
    .description('why an event is in this issue: what its group was made of')
    .argument('<issue>')
    .option('--event <event>', 'an event id, latest, oldest or recommended', 'latest')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast issues explain SHOP-1F')
    .action(async (id: string, options: { event: string; json?: boolean }) => {
      const at = issueAt(id, `/events/${encodeURIComponent(options.event)}`);
      const { grouping } = await context.client().get<EventViewBody>(at);
      if (options.json === true) return context.printer.out(JSON.stringify(grouping, null, 2));
      for (const line of groupingLines(grouping)) context.printer.out(printable(line));
    });
}

const TAIL_POLL_MS = 2_000;

function addTailCommand(issues: Command, context: RunContext): void {
  issues
    .command('tail')
    .description('issues as they have new events, until it is stopped')
    .argument('[query]', 'such as `is:unresolved level:fatal`', '')
    .option('-p, --project <project>', 'id or slug; repeat for more', collect, [])
    .option('--for <duration>', 'stop after it')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', "\nExamples:\n  holdfast issues tail\n  holdfast issues tail 'level:fatal' --for 10m")
    .action(async (query: string, options: { project: readonly string[]; for?: string; json?: boolean }) => {
      const startedMs = context.clock.nowMs();
      const forMs = options.for === undefined ? Number.POSITIVE_INFINITY : durationOf(options.for);
      const project = await projectIdsOf(context, options.project);
      const told = new Map<string, number>();
      for (;;) {
        const toMs = context.clock.nowMs() + 1_000;
        const page = await context.client().get<IssuesBody>('/issues', {
          ...{ query, project, sort: 'last-seen', limit: 100, fromMs: startedMs, toMs },
        });
        for (const { issue } of [...page.issues].reverse()) {
          if (issue.timesSeen <= (told.get(issue.id) ?? 0)) continue;
          told.set(issue.id, issue.timesSeen);
          context.printer.out(options.json === true ? JSON.stringify(issue) : tailLine(issue));
        }
        if (context.clock.nowMs() - startedMs >= forMs) return;
        await context.clock.sleep(TAIL_POLL_MS);
      }
    });
}

const tailLine = (issue: IssueBody): string =>
  printable(
    `${isoTime(issue.lastSeenMs)} ${issue.shortId} ${stateOf(issue)} ${issue.level} ${issue.timesSeen}x ${issue.title}`,
  );

function durationOf(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw new Failure(CLI_FAILURES.argumentInvalid, { name: '--for', value: text, expected: 'a duration such as 10m' });
}
