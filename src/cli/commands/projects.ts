import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type {
  OutcomesBody,
  ProjectBody,
  ProjectCreatedBody,
  ProjectKeyBody,
  ProjectKeysBody,
  ProjectsBody,
} from '../../api/project-contract.ts';
import { Failure } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readRange } from '../run-context.ts';

const at = (project: string, rest = ''): string => `/projects/${encodeURIComponent(project)}${rest}`;

/** holdfast project … */
export function addProjectCommands(program: Command, context: RunContext): void {
  const projects = program
    .command('project')
    .description('projects of error tracking: keys, settings, what they were sent');
  addListCommands(projects, context);
  addCreateCommands(projects, context);
  addKeyCommands(projects, context);
  addSettingsCommand(projects, context);
  addStatsCommand(projects, context);
}

function addListCommands(projects: Command, context: RunContext): void {
  projects
    .command('list', { isDefault: true })
    .description('projects and what they were sent in the last day')
    .option('--internal', 'with the one that Holdfast proves itself by')
    .option('--json', 'print JSON')
    .action(async (options: { internal?: boolean; json?: boolean }) => {
      const query = options.internal === true ? { internal: true } : {};
      const { projects: all } = await context.client().get<ProjectsBody>('/projects', query);
      if (options.json === true) return context.printer.out(JSON.stringify(all, null, 2));
      const rows = all.map((project) => [
        ...[project.id, project.slug, project.platform, project.acceptedLastDay, project.refusedLastDay],
        ...[isoTime(project.lastAcceptedMs), project.name],
      ]);
      printTable(context.printer, ['ID', 'SLUG', 'PLATFORM', 'ACCEPTED', 'REFUSED', 'LAST', 'NAME'], rows);
    });
}

function addCreateCommands(projects: Command, context: RunContext): void {
  projects
    .command('create')
    .description('make a project; prints the DSN for its SDK')
    .argument('<name>')
    .option('--slug <slug>', 'what sentry-cli calls it by (default: made of the name)')
    .option('--platform <platform>', 'node, javascript, python, …', 'other')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast project create Shop --platform node')
    .action(async (name: string, options: { slug?: string; platform: string; json?: boolean }) => {
      const { slug, platform } = options;
      const made = await context.client().post<ProjectCreatedBody>('/projects', { name, slug, platform });
      if (options.json === true) return context.printer.out(JSON.stringify(made, null, 2));
      context.printer.out(made.key.dsn);
      context.printer.err(`project ${made.project.slug} has the id ${made.project.id}`);
    });
  projects
    .command('delete')
    .description('delete a project with its issues, events, releases and monitors')
    .argument('<project>', 'id or slug')
    .requiredOption('--confirm <name>', 'its name, typed again')
    .action(async (project: string, options: { confirm: string }) => {
      await context.client().remove(at(project), { confirm: options.confirm });
      context.printer.out(`${project} is deleted`);
    });
}

function addKeyCommands(projects: Command, context: RunContext): void {
  projects
    .command('dsn')
    .description('the DSN of the newest active key')
    .argument('<project>', 'id or slug')
    .addHelpText('after', '\nExamples:\n  export SENTRY_DSN=$(holdfast project dsn shop)')
    .action(async (project: string) => {
      const { keys } = await context.client().get<ProjectKeysBody>(at(project, '/keys'));
      const key = keys.filter(({ isActive }) => isActive).at(-1);
      if (key === undefined) throw new Failure(CLI_FAILURES.noActiveKey, { project });
      context.printer.out(key.dsn);
    });
  const key = projects.command('key').description('keys of a project: what DSNs are made of');
  key
    .command('list', { isDefault: true })
    .description('keys and when they were used last')
    .argument('<project>')
    .option('--json', 'print JSON')
    .action(async (project: string, options: { json?: boolean }) => {
      const { keys } = await context.client().get<ProjectKeysBody>(at(project, '/keys'));
      if (options.json === true) return context.printer.out(JSON.stringify(keys, null, 2));
      const rows = keys.map((one) => [one.publicKey, one.isActive ? 'on' : 'off', isoTime(one.lastUsedMs), one.label]);
      printTable(context.printer, ['KEY', 'STATE', 'LAST USED', 'LABEL'], rows);
    });
  key
    .command('create')
    .description('make another key; prints its DSN')
    .argument('<project>')
    .option('--label <text>', 'what it is for', 'another key')
    .action(async (project: string, options: { label: string }) => {
      const made = await context.client().post<ProjectKeyBody>(at(project, '/keys'), options);
      context.printer.out(made.dsn);
    });
  for (const [verb, isActive] of [
    ['off', false],
    ['on', true],
  ] as const) {
    key
      .command(verb)
      .description(isActive ? 'let a key be used again' : 'refuse a key from the next request on')
      .argument('<project>')
      .argument('<key>')
      .action(async (project: string, publicKey: string) => {
        await context.client().patch(at(project, `/keys/${encodeURIComponent(publicKey)}`), { isActive });
        context.printer.out(`${publicKey} is ${verb}`);
      });
  }
}

interface SettingsOptions {
  readonly retention?: string;
  readonly resolveAfter?: string;
  readonly grouping?: string;
  readonly origin?: readonly string[];
  readonly limit?: readonly string[];
  readonly keep?: readonly string[];
  readonly drop?: readonly string[];
  readonly fingerprintRules?: string;
  readonly stackTraceRules?: string;
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

function addSettingsCommand(projects: Command, context: RunContext): void {
  projects
    .command('settings')
    .description('show or change settings')
    .argument('<project>')
    .option('--retention <days>', 'how long events are kept')
    .option('--resolve-after <days>', 'resolve issues not seen for so long; 0 never')
    .option('--grouping <version>', 'the algorithm for new events')
    .option('--origin <origin>', 'origins of browsers that may send; repeat for all of them', collect)
    .option('--limit <category=number>', 'per minute; repeat for all of them', collect)
    .option('--keep <what>', 'attachments, replays, profiles or minidumps', collect)
    .option('--drop <what>', 'the same', collect)
    .option('--fingerprint-rules <file>', 'replace them by those of the file')
    .option('--stack-trace-rules <file>', 'replace them by those of the file')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast project settings shop\n  holdfast project settings shop --retention 30 --limit error=600 --keep minidumps',
    )
    .action(async (project: string, options: SettingsOptions) => {
      const settings = await settingsOf(options);
      const client = context.client();
      const found =
        Object.keys(settings).length === 0
          ? await client.get<ProjectBody>(at(project))
          : await client.patch<ProjectBody>(at(project), { settings: await withKeeps(context, project, settings) });
      if (options.json === true) return context.printer.out(JSON.stringify(found.settings, null, 2));
      const rows = Object.entries(found.settings).map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : value,
      ]);
      printTable(context.printer, ['SETTING', 'VALUE'], rows);
    });
}

/** What is kept is one setting, so what is not named stays as it is. */
async function withKeeps(context: RunContext, project: string, settings: Record<string, unknown>): Promise<object> {
  if (settings.keeps === undefined) return settings;
  const before = await context.client().get<ProjectBody>(at(project));
  return { ...settings, keeps: { ...before.settings.keeps, ...(settings.keeps as object) } };
}

async function settingsOf(options: SettingsOptions): Promise<Record<string, unknown>> {
  const keeps = [
    ...(options.keep ?? []).map((what) => [what, true] as const),
    ...(options.drop ?? []).map((what) => [what, false] as const),
  ];
  return {
    ...(options.retention === undefined ? {} : { retentionDays: Number(options.retention) }),
    ...(options.resolveAfter === undefined ? {} : { resolveAfterDays: Number(options.resolveAfter) }),
    ...(options.grouping === undefined ? {} : { groupingVersion: options.grouping }),
    ...(options.origin === undefined ? {} : { allowedOrigins: options.origin }),
    ...(options.limit === undefined ? {} : { limitsPerMinute: limitsOf(options.limit) }),
    ...(keeps.length === 0 ? {} : { keeps: Object.fromEntries(keeps) }),
    ...(options.fingerprintRules === undefined
      ? {}
      : { fingerprintRules: await readFile(options.fingerprintRules, 'utf8') }),
    ...(options.stackTraceRules === undefined
      ? {}
      : { enhancementRules: await readFile(options.stackTraceRules, 'utf8') }),
  };
}

const limitsOf = (pairs: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const [, category = '', value = ''] = /^([a-z_]+)=(\d+)$/.exec(pair) ?? [];
      if (value !== '') return [category, Number(value)] as const;
      throw new Failure(CLI_FAILURES.argumentInvalid, { name: '--limit', value: pair, expected: 'such as error=600' });
    }),
  );

function addStatsCommand(projects: Command, context: RunContext): void {
  projects
    .command('stats')
    .description('what became of what was sent, by category and reason')
    .argument('<project>')
    .option('--since <time>', 'start: a duration ago or a time with zone', '24h')
    .option('--until <time>', 'end: the same, or now', 'now')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast project stats shop --since 7d')
    .action(async (project: string, options: { since: string; until: string; json?: boolean }) => {
      const { startMs, endMs } = readRange(options, context.clock.nowMs());
      const query = { fromMs: startMs, toMs: endMs };
      const answer = await context.client().get<OutcomesBody>(at(project, '/outcomes'), query);
      if (options.json === true) return context.printer.out(JSON.stringify(answer, null, 2));
      const rows = answer.series.map((one) => [one.category, one.itemType, one.outcome, one.reason, one.total]);
      printTable(context.printer, ['CATEGORY', 'ITEM', 'OUTCOME', 'REASON', 'QUANTITY'], rows);
    });
}
