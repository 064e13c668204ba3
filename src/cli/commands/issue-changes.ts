import type { Command } from 'commander';
import type { AssigneesBody, IssueChangeBody, IssueChangedBody } from '../../api/issues-contract.ts';
import { Failure, parseDurationMs } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import type { RunContext } from '../run-context.ts';
import { issueAt, stateOf } from './issue-words.ts';

/** What people do about issues; every command takes several of them. */
export function addIssueChangeCommands(issues: Command, context: RunContext): void {
  addResolveCommands(issues, context);
  addIgnoreCommand(issues, context);
  addAssignCommand(issues, context);
  addMergeCommands(issues, context);
  issues
    .command('comment')
    .description('say something about an issue')
    .argument('<issue>')
    .argument('<text>')
    .action(async (id: string, text: string) => {
      await context.client().post(issueAt(id, '/comments'), { text });
      context.printer.out(`said of ${id}`);
    });
}

/** All of them or none. */
async function change(
  context: RunContext,
  ids: readonly string[],
  wanted: IssueChangeBody,
  json: boolean | undefined,
): Promise<void> {
  const answer = await context.client().post<IssueChangedBody>('/issues/change', { ids, change: wanted });
  if (json === true) return context.printer.out(JSON.stringify(answer.issues, null, 2));
  for (const issue of answer.issues) context.printer.out(`${issue.shortId} is ${stateOf(issue)}`);
}

function addResolveCommands(issues: Command, context: RunContext): void {
  issues
    .command('resolve')
    .description('resolve issues; another event makes them regress')
    .argument('<issue...>')
    .option('--in-release <version>', 'only events of this release or a later one are a regression')
    .option('--in-next-release', 'only events of a release later than the newest one are')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast issues resolve SHOP-1F SHOP-2A\n  holdfast issues resolve SHOP-1F --in-next-release',
    )
    .action(async (ids: string[], options: { inRelease?: string; inNextRelease?: boolean; json?: boolean }) => {
      const { inRelease, inNextRelease } = options;
      if (inRelease !== undefined && inNextRelease === true) {
        throw wrong('--in-next-release', 'true', 'one of --in-release and --in-next-release');
      }
      const place = inNextRelease === true ? 'next-release' : inRelease === undefined ? 'now' : { release: inRelease };
      await change(context, ids, { type: 'resolve', in: place }, options.json);
    });
  issues
    .command('unresolve')
    .description('make issues unresolved again')
    .argument('<issue...>')
    .option('--json', 'print JSON')
    .action((ids: string[], options: { json?: boolean }) => change(context, ids, { type: 'unresolve' }, options.json));
}

interface IgnoreOptions {
  readonly for?: string;
  readonly count?: string;
  readonly users?: string;
  readonly within?: string;
  readonly untilEscalating?: boolean;
  readonly json?: boolean;
}

function addIgnoreCommand(issues: Command, context: RunContext): void {
  issues
    .command('ignore')
    .description('ignore issues, for ever or until what comes first')
    .argument('<issue...>')
    .option('--for <duration>', 'until then')
    .option('--count <events>', 'until so many more events')
    .option('--users <users>', 'until so many more users')
    .option('--within <duration>', 'the count or users must come in it')
    .option('--until-escalating', 'until it happens far more often than before')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast issues ignore SHOP-1F --for 7d\n  holdfast issues ignore SHOP-1F --count 100 --within 1h',
    )
    .action(async (ids: string[], options: IgnoreOptions) => {
      const windowMs = options.within === undefined ? undefined : durationOf('--within', options.within);
      const window = (name: string): object => (windowMs === undefined ? {} : { [name]: windowMs });
      const condition = {
        ...(options.untilEscalating === true ? { untilEscalating: true } : {}),
        ...(options.for === undefined ? {} : { untilMs: context.clock.nowMs() + durationOf('--for', options.for) }),
        ...(options.count === undefined
          ? {}
          : { count: numberOf('--count', options.count), ...window('countWindowMs') }),
        ...(options.users === undefined
          ? {}
          : { users: numberOf('--users', options.users), ...window('usersWindowMs') }),
      };
      await change(context, ids, { type: 'ignore', condition }, options.json);
    });
}

function addAssignCommand(issues: Command, context: RunContext): void {
  issues
    .command('assign')
    .description('give issues to somebody, or to nobody')
    .argument('<person>', 'address, name or id; `nobody` takes them away')
    .argument('<issue...>')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast issues assign ada@example.org SHOP-1F SHOP-2A')
    .action(async (person: string, ids: string[], options: { json?: boolean }) => {
      const personId = person === 'nobody' ? null : await findPerson(context, person);
      await change(context, ids, { type: 'assign', personId }, options.json);
    });
}

async function findPerson(context: RunContext, wanted: string): Promise<string> {
  const { people } = await context.client().get<AssigneesBody>('/assignees');
  const found = people.filter(({ id, name, email }) => [id, name, email].includes(wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  const known = people.map(({ email }) => email).join(', ');
  throw wrong('person', wanted, found.length > 1 ? 'an address, for several have this name' : `one of ${known}`);
}

function addMergeCommands(issues: Command, context: RunContext): void {
  issues
    .command('merge')
    .description('make one issue of several: later events of all of them come to the first')
    .argument('<keeper>')
    .argument('<issue...>')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast issues merge SHOP-1F SHOP-2A SHOP-2B')
    .action((keeper: string, others: string[], options: { json?: boolean }) =>
      change(context, [keeper, ...others], { type: 'merge' }, options.json),
    );
  issues
    .command('unmerge')
    .description('move groups of an issue to an issue of their own')
    .argument('<issue>')
    .argument('<hash...>', 'as `holdfast issues explain` prints them')
    .option('--json', 'print JSON')
    .action(async (id: string, hashes: string[], options: { json?: boolean }) => {
      const issue = await context.client().post<{ shortId: string }>(issueAt(id, '/unmerge'), { hashes });
      context.printer.out(options.json === true ? JSON.stringify(issue, null, 2) : `moved to ${issue.shortId}`);
    });
}

const wrong = (name: string, value: string, expected: string): Failure =>
  new Failure(CLI_FAILURES.argumentInvalid, { name, value, expected });

function durationOf(name: string, text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw wrong(name, text, 'a duration such as 1h or 7d');
}

function numberOf(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw wrong(name, text, 'a whole number from 1');
}
