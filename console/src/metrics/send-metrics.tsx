import { KeyRound } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { useCreateKey } from '../api/access.ts';
import { useMay } from '../api/session.ts';
import type { KeyCreated } from '../api/types.ts';
import { NO_KEY, type SendingWay } from '../logs/snippets.ts';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { FailureNotice } from '../parts/notice.tsx';

const TAB =
  '-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink';

const openTelemetry: SendingWay = {
  id: 'otel',
  label: 'OpenTelemetry',
  lead: 'For any OpenTelemetry SDK or Collector. Traces become requests, errors and durations of each service and route by themselves.',
  key: { roles: ['sender'] },
  command: (origin, { token }) =>
    `export OTEL_SERVICE_NAME=my-service
export OTEL_METRICS_EXPORTER=otlp OTEL_TRACES_EXPORTER=otlp
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}
export OTEL_EXPORTER_OTLP_HEADERS='Authorization=Bearer%20${token}'`,
};

const aws: SendingWay = {
  id: 'aws',
  label: 'AWS CLI and SDKs',
  lead: 'The CloudWatch API, with its own clients.',
  key: { roles: ['sender'] },
  command: (origin, { accessKeyId, secretAccessKey }) =>
    `export AWS_ENDPOINT_URL=${origin} AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=${accessKeyId}
export AWS_SECRET_ACCESS_KEY=${secretAccessKey}
aws cloudwatch put-metric-data --namespace FirstSteps --metric-name Greetings \\
  --dimensions from=shell --unit Count --value 1`,
};

const curl: SendingWay = {
  id: 'curl',
  label: 'curl',
  lead: 'One point by OTLP as JSON.',
  key: { roles: ['sender'] },
  command: (origin, { token }) =>
    `curl ${origin}/v1/metrics -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' \\
  -d '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"greetings","gauge":{"dataPoints":[
      {"asDouble":1,"timeUnixNano":"'$(date +%s)000000000'"}]}}]}]}]}'`,
};

function Way({
  way,
  made,
  onMade,
}: {
  readonly way: SendingWay;
  readonly made: KeyCreated | undefined;
  readonly onMade: (key: KeyCreated) => void;
}) {
  const create = useCreateKey();
  const mayCreate = useMay('manageAccess');
  return (
    <>
      <p className="mb-2.5 text-sm text-ink-2">{way.lead}</p>
      <Snippet label={`Command for ${way.label}`} text={way.command(location.origin, made ?? NO_KEY)} />
      <div className="mt-3 text-sm text-ink-2">
        {made !== undefined && (
          <p>
            The key stands in the command. <strong className="font-semibold text-ink">It is shown only now</strong>.
            Revoke it under Settings, Keys.
          </p>
        )}
        {made === undefined && mayCreate && (
          <Button
            tone="accent"
            disabled={create.isPending}
            onClick={() =>
              create.mutate(
                { name: `${way.label} metrics, from the console`, roles: [...way.key.roles] },
                { onSuccess: onMade },
              )
            }
          >
            <KeyRound size={14} /> {create.isPending ? 'Making a key…' : 'Make a key and put it in'}
          </Button>
        )}
        {made === undefined && !mayCreate && <p>Ask an administrator for a key with the role sender.</p>}
      </div>
      {create.isError && <FailureNotice error={create.error} />}
    </>
  );
}

/** Before the first point: the exact commands. The page changes by itself when it comes. */
export function SendMetrics({ traces = false }: { readonly traces?: boolean }) {
  const [made, setMade] = useState<KeyCreated>();
  const ways = traces ? [openTelemetry] : [openTelemetry, aws, curl];
  return (
    <section aria-label="First steps" className="max-w-[780px]">
      <h2 className="text-lg leading-tight">
        {traces ? 'No service has sent a trace yet' : 'No application has sent numbers yet'}
      </h2>
      <p className="mt-2 mb-4 max-w-[64ch] text-md text-ink-2">
        What is sent is on disk before the sender has its answer, and this page shows it as soon as it is there.
      </p>
      <Tabs.Root defaultValue="otel">
        <Tabs.List aria-label="Ways to send metrics" className="mb-3 flex overflow-x-auto border-b border-line">
          {ways.map(({ id, label }) => (
            <Tabs.Trigger key={id} value={id} className={TAB}>
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {ways.map((way) => (
          <Tabs.Content key={way.id} value={way.id}>
            <Way way={way} made={made} onMade={setMade} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
      <p role="status" className="mt-6 flex items-center gap-2.5 border-t border-line pt-4 text-sm text-ink-2">
        <span aria-hidden="true" className="relative flex size-2.5">
          <span className="absolute inline-flex size-full animate-ping rounded-full bg-accent opacity-50 motion-reduce:animate-none" />
          <span className="relative inline-flex size-2.5 rounded-full bg-accent" />
        </span>
        Waiting for the first {traces ? 'trace' : 'point'}…
      </p>
    </section>
  );
}
