import { useDeferredValue, useState } from 'react';
import { ApiFailure } from '../api/client.ts';
import type { Monitor, MonitorSchedule } from '../api/issue-types.ts';
import { useChangeMonitor, useCreateMonitor, useSchedulePreview } from '../api/monitors.ts';
import { useProjectList } from '../api/projects.ts';
import { formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useGo } from '../shell/go.ts';

const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
type Unit = (typeof UNITS)[number];

interface Draft {
  readonly name: string;
  readonly projectId: string;
  readonly type: MonitorSchedule['type'];
  readonly crontab: string;
  readonly every: string;
  readonly unit: Unit;
  readonly timezone: string;
  readonly margin: string;
  readonly runtime: string;
  readonly failures: string;
  readonly recoveries: string;
}

const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

function draftOf(monitor: Monitor | undefined, projectId: string): Draft {
  const schedule = monitor?.schedule;
  return {
    name: monitor?.name ?? '',
    projectId: monitor?.projectId ?? projectId,
    type: schedule?.type ?? 'crontab',
    crontab: schedule?.type === 'crontab' ? schedule.value : '0 3 * * *',
    every: schedule?.type === 'interval' ? String(schedule.value) : '15',
    unit: schedule?.type === 'interval' ? schedule.unit : 'minute',
    timezone: monitor?.timezone ?? hereZone(),
    margin: String(monitor?.checkInMarginMinutes ?? 1),
    runtime: String(monitor?.maxRuntimeMinutes ?? 30),
    failures: String(monitor?.failureThreshold ?? 1),
    recoveries: String(monitor?.recoveryThreshold ?? 1),
  };
}

const scheduleOf = (draft: Draft): MonitorSchedule =>
  draft.type === 'crontab'
    ? { type: 'crontab', value: draft.crontab.trim() }
    : { type: 'interval', value: Number(draft.every) || 1, unit: draft.unit };

/** When it would run next, or what is wrong in the schedule. */
function NextTimes({ schedule, timezone }: { readonly schedule: MonitorSchedule; readonly timezone: string }) {
  const preview = useSchedulePreview(useDeferredValue(schedule), useDeferredValue(timezone));
  const { zone } = usePreferences();
  if (preview.isError && preview.error instanceof ApiFailure)
    return <p className="mb-3 text-sm font-medium text-broken">{`${preview.error.message}. ${preview.error.hint}`}</p>;
  return (
    <p className="mb-3 min-h-5 text-xs text-ink-2" aria-live="polite">
      {preview.data === undefined
        ? ''
        : `Next: ${preview.data
            .slice(0, 3)
            .map((ms) => formatTime(ms, zone, 'minute'))
            .join(', ')} …`}
    </p>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
}

function ScheduleFields({ draft, set }: PartProps) {
  return (
    <div className="grid grid-cols-2 gap-x-4 sm:grid-cols-[140px_1fr_1fr]">
      <Field label="Schedule">
        {({ id }) => (
          <select
            id={id}
            className="control w-full"
            value={draft.type}
            onChange={(event) => set({ type: event.target.value === 'crontab' ? 'crontab' : 'interval' })}
          >
            <option value="crontab">by crontab</option>
            <option value="interval">every</option>
          </select>
        )}
      </Field>
      {draft.type === 'crontab' ? (
        <TextField
          label="Crontab"
          mono
          value={draft.crontab}
          onChange={(event) => set({ crontab: event.target.value })}
        />
      ) : (
        <div className="flex gap-2">
          <TextField
            label="Every"
            inputMode="numeric"
            value={draft.every}
            onChange={(event) => set({ every: event.target.value })}
          />
          <Field label="Unit">
            {({ id }) => (
              <select
                id={id}
                className="control"
                value={draft.unit}
                onChange={(event) => set({ unit: event.target.value as Unit })}
              >
                {UNITS.map((unit) => (
                  <option key={unit}>{unit}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
      )}
      <TextField label="Time zone" value={draft.timezone} onChange={(event) => set({ timezone: event.target.value })} />
    </div>
  );
}

function NumberFields({ draft, set }: PartProps) {
  const number = (label: string, hint: string, key: 'margin' | 'runtime' | 'failures' | 'recoveries') => (
    <TextField
      label={label}
      hint={hint}
      inputMode="numeric"
      value={draft[key]}
      error={/^[1-9]\d{0,6}$/.test(draft[key]) ? undefined : 'Write a whole number above zero.'}
      onChange={(event) => set({ [key]: event.target.value })}
    />
  );
  return (
    <div className="grid grid-cols-2 gap-x-4">
      {number('Minutes of grace', 'Later than that it is missed.', 'margin')}
      {number('Minutes of running', 'Longer than that is too long.', 'runtime')}
      {number('Failures in a row', 'So many, and people are told.', 'failures')}
      {number('Successes in a row', 'So many, and it is over.', 'recoveries')}
    </div>
  );
}

/** What is expected of a job. */
export function MonitorDialog({
  monitor,
  projectId,
  onClose,
}: {
  readonly monitor: Monitor | undefined;
  readonly projectId: string | undefined;
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState(() => draftOf(monitor, projectId ?? ''));
  const projects = useProjectList();
  const create = useCreateMonitor();
  const change = useChangeMonitor(monitor?.id ?? '');
  const go = useGo();
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const schedule = scheduleOf(draft);
  const settings = {
    name: draft.name.trim(),
    schedule,
    timezone: draft.timezone,
    checkInMarginMinutes: Number(draft.margin),
    maxRuntimeMinutes: Number(draft.runtime),
    failureThreshold: Number(draft.failures),
    recoveryThreshold: Number(draft.recoveries),
  };
  const submit = (): void => {
    if (monitor !== undefined) change.mutate(settings, { onSuccess: onClose });
    else create.mutate({ ...settings, projectId: draft.projectId }, { onSuccess: (made) => go(`/crons/${made.id}`) });
  };
  const error = create.error ?? change.error;
  const isWrong = [draft.margin, draft.runtime, draft.failures, draft.recoveries].some(
    (text) => !/^[1-9]\d{0,6}$/.test(text),
  );
  return (
    <Dialog open wide onOpenChange={onClose} title={monitor === undefined ? 'New monitor' : `Change ${monitor.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            label="Name"
            required
            maxLength={200}
            autoComplete="off"
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
          {monitor === undefined && (
            <Field label="Project">
              {({ id }) => (
                <select
                  id={id}
                  className="control w-full"
                  value={draft.projectId}
                  onChange={(event) => set({ projectId: event.target.value })}
                >
                  {projects.map((project) => (
                    <option key={project.id} value={project.id}>
                      {project.name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
        </div>
        <ScheduleFields draft={draft} set={set} />
        <NextTimes schedule={schedule} timezone={draft.timezone} />
        <NumberFields draft={draft} set={set} />
        {error !== null && <FailureNotice error={error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="accent"
            type="submit"
            disabled={isWrong || draft.name.trim() === '' || create.isPending || change.isPending}
          >
            {monitor === undefined ? 'Create' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
