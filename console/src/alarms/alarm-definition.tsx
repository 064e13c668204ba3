import type { ReactNode } from 'react';
import type { Alarm, AlarmView } from '../api/types.ts';
import { JsonView } from '../parts/json-view.tsx';
import { Moment } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { MISSING_WORDS } from './alarm-words.ts';

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="border-b border-line py-1.5">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="text-sm break-words">{children}</dd>
    </div>
  );
}

const NOTHING = <span className="text-ink-3">nothing</span>;
const listed = (items: readonly string[]): ReactNode =>
  items.length === 0 ? NOTHING : <span className="font-mono text-xs break-all">{items.join(' ')}</span>;

/** The definition in the words of the API, for who writes it down elsewhere. */
function definitionOf(alarm: Alarm): Readonly<Record<string, unknown>> {
  const { stateValue, stateReason, stateReasonData, stateUpdatedMs, stateTransitionedMs, ...definition } = alarm;
  return definition;
}

export function AlarmDefinition({ view }: { readonly view: AlarmView }) {
  const { alarm, tags } = view;
  const tagText = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return (
    <Section title="Definition">
      <dl className="-mt-3 mb-4 grid gap-x-8 sm:grid-cols-2">
        {alarm.type === 'MetricAlarm' && (
          <Fact label="A period without data">{MISSING_WORDS[alarm.treatMissingData ?? 'missing']}</Fact>
        )}
        <Fact label="When it goes to alarm">
          {alarm.alarmActions.length === 0 ? 'fires an alert; routes tell who hears of it' : listed(alarm.alarmActions)}
        </Fact>
        <Fact label="When it is OK again">
          {alarm.okActions.length === 0 ? 'resolves that alert' : listed(alarm.okActions)}
        </Fact>
        <Fact label="When there is not enough data">{listed(alarm.insufficientDataActions)}</Fact>
        <Fact label="Tags">{listed(tagText)}</Fact>
        <Fact label="Last changed">
          <Moment at={alarm.alarmConfigurationUpdatedMs} />
        </Fact>
      </dl>
      <details>
        <summary className="mb-2 text-sm text-accent">All of it, as the API has it</summary>
        <JsonView value={definitionOf(alarm)} label="Definition" />
      </details>
    </Section>
  );
}
