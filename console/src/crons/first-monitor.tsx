import type { Project } from '../api/issue-types.ts';
import { useProjectKeys } from '../api/projects.ts';
import { Snippet } from '../parts/copy.tsx';
import { Empty } from '../parts/page.tsx';
import { checkInCommand } from './check-in-command.ts';

const NO_DSN = '<DSN of a project>';

/** Before the first check-in: the commands. A monitor that an SDK describes makes itself. */
export function FirstMonitor({ project }: { readonly project: Project | undefined }) {
  const keys = useProjectKeys(project?.slug ?? '', project !== undefined);
  const key = keys.data?.find(({ isActive }) => isActive);
  const dsn = key?.dsn ?? NO_DSN;
  return (
    <Empty title="No job is watched yet.">
      <p className="mb-2">
        A monitor makes itself with the first check-in that says its schedule. By a command round the job:
      </p>
      <Snippet
        label="Check-ins by sentry-cli"
        text={`export SENTRY_DSN=${dsn}
npx @sentry/cli monitors run --schedule '0 3 * * *' \\
  --check-in-margin 5 --max-runtime 30 nightly-backup -- ./backup.sh`}
      />
      <p className="mt-3 mb-2">By an SDK, in the job:</p>
      <Snippet
        label="Check-ins by an SDK"
        text={`Sentry.withMonitor('nightly-backup', runBackup, {
  schedule: { type: 'crontab', value: '0 3 * * *' },
  checkinMargin: 5,
  maxRuntime: 30,
  timezone: 'Europe/Berlin',
});`}
      />
      <p className="mt-3 mb-2">By a request, from anything:</p>
      <Snippet label="Check-in by curl" text={checkInCommand(dsn)} />
    </Empty>
  );
}
