import { useState } from 'react';
import { useAlarms, usePutAlarm } from '../api/alarms.ts';
import type { CompositeAlarm } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useGo } from '../shell/go.ts';

const DEFAULT_WAIT_SECONDS = 120;

interface Written {
  readonly name: string;
  readonly description: string;
  readonly rule: string;
  readonly suppressor: string;
  readonly wait: string;
  readonly extension: string;
}

const writtenOf = (alarm: CompositeAlarm | undefined): Written => ({
  name: alarm?.alarmName ?? '',
  description: alarm?.alarmDescription ?? '',
  rule: alarm?.alarmRule ?? '',
  suppressor: alarm?.actionsSuppressor ?? '',
  wait: String(alarm?.actionsSuppressorWaitPeriod ?? DEFAULT_WAIT_SECONDS),
  extension: String(alarm?.actionsSuppressorExtensionPeriod ?? DEFAULT_WAIT_SECONDS),
});

const inputOf = (written: Written, alarm: CompositeAlarm | undefined) => ({
  ...(alarm === undefined
    ? {}
    : {
        ...{ actionsEnabled: alarm.actionsEnabled, okActions: alarm.okActions },
        ...{ alarmActions: alarm.alarmActions, insufficientDataActions: alarm.insufficientDataActions },
      }),
  ...{ alarmName: written.name.trim(), alarmRule: written.rule.trim() },
  ...(written.description.trim() === '' ? {} : { alarmDescription: written.description.trim() }),
  ...(written.suppressor === ''
    ? {}
    : {
        actionsSuppressor: written.suppressor,
        actionsSuppressorWaitPeriod: Number(written.wait),
        actionsSuppressorExtensionPeriod: Number(written.extension),
      }),
});

interface FieldsProps {
  readonly written: Written;
  readonly onChange: (change: Partial<Written>) => void;
}

/** Names of alarms that exist, to put into the rule. */
function RuleField({ written, onChange }: FieldsProps) {
  const alarms = useAlarms();
  const names = alarms.data?.alarms.map(({ alarmName }) => alarmName).filter((name) => name !== written.name) ?? [];
  const add = (name: string): void => {
    const term = `ALARM("${name}")`;
    onChange({ rule: written.rule.trim() === '' ? term : `${written.rule.trim()} AND ${term}` });
  };
  return (
    <>
      <Field
        label="Rule"
        hint={'ALARM("name"), OK("name") and INSUFFICIENT_DATA("name"), joined by AND, OR, NOT and parentheses.'}
      >
        {({ id, describedBy }) => (
          <textarea
            id={id}
            aria-describedby={describedBy}
            className="control w-full font-mono text-xs"
            rows={3}
            spellCheck={false}
            value={written.rule}
            onChange={(event) => onChange({ rule: event.target.value })}
          />
        )}
      </Field>
      <Field label="Add an alarm to the rule">
        {({ id }) => (
          <select id={id} className="control w-full" value="" onChange={(event) => add(event.target.value)}>
            <option value="">choose…</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function SuppressionFields({ written, onChange }: FieldsProps) {
  const alarms = useAlarms();
  const names = alarms.data?.alarms.map(({ alarmName }) => alarmName).filter((name) => name !== written.name) ?? [];
  const known = written.suppressor === '' || names.includes(written.suppressor);
  return (
    <>
      <Field
        label="Held back while another alarm goes"
        hint="For planned work, or for what everything else follows from: while that alarm goes, this one tells nobody."
      >
        {({ id, describedBy }) => (
          <select
            id={id}
            aria-describedby={describedBy}
            className="control w-full"
            value={written.suppressor}
            onChange={(event) => onChange({ suppressor: event.target.value })}
          >
            <option value="">never</option>
            {!known && <option value={written.suppressor}>{written.suppressor}</option>}
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      {written.suppressor !== '' && (
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label="Wait for it, seconds"
            inputMode="numeric"
            value={written.wait}
            onChange={(event) => onChange({ wait: event.target.value })}
          />
          <TextField
            label="Go on after it, seconds"
            inputMode="numeric"
            value={written.extension}
            onChange={(event) => onChange({ extension: event.target.value })}
          />
        </div>
      )}
    </>
  );
}

/** An alarm over alarms: one telling instead of twelve. */
export function CompositeDialog({
  alarm,
  onClose,
}: {
  readonly alarm: CompositeAlarm | undefined;
  readonly onClose: () => void;
}) {
  const [written, setWritten] = useState(() => writtenOf(alarm));
  const put = usePutAlarm();
  const go = useGo();
  const onChange = (change: Partial<Written>): void => setWritten((old) => ({ ...old, ...change }));
  const save = (): void => {
    const input = inputOf(written, alarm);
    put.mutate(
      { type: 'CompositeAlarm', input },
      {
        onSuccess: () => {
          onClose();
          go(`/alarms/${encodeURIComponent(input.alarmName)}`);
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={alarm === undefined ? 'Combine alarms' : `Edit ${alarm.alarmName}`}
      description="In alarm while the rule holds, else OK. The alarms that it watches then tell nobody by themselves."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label="Name"
          mono
          maxLength={255}
          autoComplete="off"
          disabled={alarm !== undefined}
          value={written.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <RuleField written={written} onChange={onChange} />
        <SuppressionFields written={written} onChange={onChange} />
        <TextField
          label="Description"
          maxLength={1024}
          autoComplete="off"
          value={written.description}
          onChange={(event) => onChange({ description: event.target.value })}
        />
        {put.isError && <FailureNotice error={put.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="accent"
            type="submit"
            disabled={put.isPending || written.name.trim() === '' || written.rule.trim() === ''}
          >
            {alarm === undefined ? 'Create the alarm' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
