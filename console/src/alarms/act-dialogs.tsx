import { useState } from 'react';
import { useDeleteAlarm, useSetAlarmState } from '../api/alarms.ts';
import type { Alarm, AlarmStateValue } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { ConfirmByName } from '../settings/confirm-by-name.tsx';
import { useGo } from '../shell/go.ts';
import { STATE_LOOKS } from './alarm-state.tsx';

/** Tries what the alarm sets off, without waiting for trouble. */
export function StateDialog({ alarm, onClose }: { readonly alarm: Alarm; readonly onClose: () => void }) {
  const [state, setState] = useState<AlarmStateValue>(alarm.stateValue === 'ALARM' ? 'OK' : 'ALARM');
  const [reason, setReason] = useState('a test from the console');
  const set = useSetAlarmState();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Try ${alarm.alarmName}`}
      description="The state is set by hand and runs its actions for real: people are told. The next evaluation that decides otherwise takes it back."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate({ name: alarm.alarmName, stateValue: state, stateReason: reason.trim() }, { onSuccess: onClose });
        }}
      >
        <Field label="Set it to">
          {({ id }) => (
            <select
              id={id}
              className="control w-full"
              value={state}
              onChange={(event) => setState(event.target.value as AlarmStateValue)}
            >
              {Object.entries(STATE_LOOKS).map(([value, { word }]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label="Reason"
          hint="Stands in the history and in what people are told."
          maxLength={1000}
          autoComplete="off"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {!alarm.actionsEnabled && (
          <Notice tone="warn" title="Its actions are off.">
            The state changes, and nobody is told.
          </Notice>
        )}
        {set.isError && <FailureNotice error={set.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={set.isPending || reason.trim() === ''}>
            Set the state
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

export function DeleteDialog({ alarm, onClose }: { readonly alarm: Alarm; readonly onClose: () => void }) {
  const remove = useDeleteAlarm();
  const go = useGo();
  return (
    <ConfirmByName
      title={`Delete ${alarm.alarmName}`}
      name={alarm.alarmName}
      verb="Delete the alarm"
      busy={remove.isPending}
      error={remove.error}
      onCancel={onClose}
      onConfirm={() => remove.mutate(alarm.alarmName, { onSuccess: () => go('/alarms') })}
    >
      <Notice tone="broken" title="Nothing watches this any more.">
        What it alerts now is resolved. Its history stays. There is no undo: create it again from its definition, which
        the last item of its history holds.
      </Notice>
    </ConfirmByName>
  );
}
