import { Link } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { Snippet } from '../parts/copy.tsx';
import { keepRange } from '../shell/go.ts';

const TAB =
  '-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink';

const WAYS = [
  {
    id: 'holdfast',
    label: 'holdfast',
    command: (origin: string) => `export HOLDFAST_URL=${origin} HOLDFAST_KEY=<key>
bin/holdfast alarm put slow-api --namespace Holdfast/Requests --metric Duration \\
  --dimension service=api --statistic p99 --when '> 800' --of 3/5 --severity high`,
  },
  {
    id: 'aws',
    label: 'AWS CLI and SDKs',
    command: (origin: string) => `export AWS_ENDPOINT_URL=${origin} AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=<id> AWS_SECRET_ACCESS_KEY=<secret>
aws cloudwatch put-metric-alarm --alarm-name slow-api \\
  --namespace Holdfast/Requests --metric-name Duration --dimensions Name=service,Value=api \\
  --extended-statistic p99 --period 60 --evaluation-periods 5 --datapoints-to-alarm 3 \\
  --threshold 800 --comparison-operator GreaterThanThreshold`,
  },
] as const;

/** Before the first alarm: where one is made. The list turns up by itself. */
export function FirstAlarm() {
  return (
    <section aria-label="First steps" className="max-w-[780px]">
      <h2 className="text-lg leading-tight">No alarm watches anything yet</h2>
      <p className="mt-2 mb-4 max-w-[64ch] text-md text-ink-2">
        Choose a metric in the{' '}
        <Link to="/explorer" search={keepRange as never} className="text-accent underline underline-offset-2">
          explorer
        </Link>{' '}
        and create an alarm from its graph, or set one by a command. This page shows it as soon as it is there.
      </p>
      <Tabs.Root defaultValue="holdfast">
        <Tabs.List aria-label="Ways to create an alarm" className="mb-3 flex overflow-x-auto border-b border-line">
          {WAYS.map(({ id, label }) => (
            <Tabs.Trigger key={id} value={id} className={TAB}>
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {WAYS.map(({ id, label, command }) => (
          <Tabs.Content key={id} value={id}>
            <Snippet label={`Command for ${label}`} text={command(location.origin)} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
      <p role="status" className="mt-6 flex items-center gap-2.5 border-t border-line pt-4 text-sm text-ink-2">
        <span aria-hidden="true" className="relative flex size-2.5">
          <span className="absolute inline-flex size-full animate-ping rounded-full bg-accent opacity-50 motion-reduce:animate-none" />
          <span className="relative inline-flex size-2.5 rounded-full bg-accent" />
        </span>
        Waiting for the first alarm…
      </p>
    </section>
  );
}
