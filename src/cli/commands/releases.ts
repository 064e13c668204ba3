import type { Command } from 'commander';
import type {
  CommitsBody,
  DeploysBody,
  ReleaseHealthBody,
  ReleasesBody,
  ReleaseViewBody,
} from '../../api/release-contract.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readRange } from '../run-context.ts';
import { projectIdOf } from './issue-words.ts';

const at = (version: string, rest = ''): string => `/releases/${encodeURIComponent(version)}${rest}`;

const percent = (share: number | undefined): string => (share === undefined ? '–' : `${(share * 100).toFixed(2)} %`);
const crashFree = ({ crashFreeSessions }: ReleaseHealthBody): string => percent(crashFreeSessions);

/** holdfast release … */
export function addReleaseCommands(program: Command, context: RunContext): void {
  const releases = program
    .command('release')
    .description('releases: what was shipped and how it does; sentry-cli makes them');
  releases
    .command('list', { isDefault: true })
    .description('releases with the health of their sessions, newest first')
    .argument('[text]', 'a part of the version')
    .option('-p, --project <project>', 'id or slug')
    .option('-e, --environment <name>', 'sessions of one environment')
    .option('--since <time>', 'sessions since', '14d')
    .option('--until <time>', 'sessions until', 'now')
    .option('-n, --limit <rows>', 'releases at most', '25')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast release list\n  holdfast release list shop@ --since 24h --json')
    .action(async (text: string | undefined, options: ListOptions) => {
      const { startMs, endMs } = readRange(options, context.clock.nowMs());
      const projectId = options.project === undefined ? undefined : await projectIdOf(context, options.project);
      const answer = await context.client().get<ReleasesBody>('/releases', {
        ...{ query: text, projectId, environment: options.environment, limit: options.limit },
        ...{ fromMs: startMs, toMs: endMs },
      });
      if (options.json === true) return context.printer.out(JSON.stringify(answer.releases, null, 2));
      const rows = answer.releases.map(({ release, health }) => [
        ...[release.version, isoTime(release.releasedMs ?? release.createdMs), release.newIssues, health.sessions],
        ...[crashFree(health), percent(health.adoption), release.lastDeploy?.environment ?? ''],
      ]);
      const headers = ['VERSION', 'RELEASED', 'NEW ISSUES', 'SESSIONS', 'CRASH FREE', 'ADOPTION', 'DEPLOYED'];
      printTable(context.printer, headers, rows);
    });
  addShowCommand(releases, context);
}

interface ListOptions {
  readonly project?: string;
  readonly environment?: string;
  readonly since: string;
  readonly until: string;
  readonly limit: string;
  readonly json?: boolean;
}

function addShowCommand(releases: Command, context: RunContext): void {
  releases
    .command('show')
    .description('one release: health, deploys, commits')
    .argument('<version>')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  holdfast release show shop@1.4.2')
    .action(async (version: string, options: { json?: boolean }) => {
      const client = context.client();
      const view = await client.get<ReleaseViewBody>(at(version));
      const { deploys } = await client.get<DeploysBody>(at(version, '/deploys'));
      const { commits } = await client.get<CommitsBody>(at(version, '/commits'));
      if (options.json === true) return context.printer.out(JSON.stringify({ ...view, deploys, commits }, null, 2));
      const { release, health } = view;
      context.printer.out(
        `${release.version}, made ${isoTime(release.createdMs)}, released ${isoTime(release.releasedMs)}`,
      );
      context.printer.out(`${release.newIssues} new issues, ${release.artifactCount} artifacts`);
      context.printer.out(
        `${health.sessions} sessions, ${crashFree(health)} crash free; ${health.users} users, ${percent(health.crashFreeUsers)} crash free`,
      );
      const deployRows = deploys.map((deploy) => [deploy.environment, isoTime(deploy.finishedMs), deploy.name]);
      printTable(context.printer, ['DEPLOYED', 'WHEN', 'NAME'], deployRows);
      const commitRows = commits.map((commit) => [
        commit.id.slice(0, 12),
        commit.authorName,
        commit.message.split('\n')[0],
      ]);
      printTable(context.printer, ['COMMIT', 'AUTHOR', 'MESSAGE'], commitRows);
    });
}
