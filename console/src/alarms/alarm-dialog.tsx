import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { usePutAlarm } from '../api/alarms.ts';
import { useSeries, useUnits } from '../api/metrics.ts';
import { formatDuration, formatPlural } from '../base/format.ts';
import { Graph, type GraphSeries, StateBands, useGrid } from '../metrics/graph.tsx';
import { alignedRange, periodText } from '../metrics/periods.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { keepRange } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import {
  type AlarmDraft,
  alarmPeriods,
  inputOf,
  type Missing,
  proposedThreshold,
  readDraft,
  replay,
  withPeriod,
} from './alarm-draft.ts';
import {
  COMPARISONS,
  type Comparison,
  dimensionsInWords,
  MISSING_CHOICES,
  measuredMetric,
  measureInWords,
  unitOfQueries,
} from './alarm-words.ts';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
const GRAPH_HEIGHT = 170;
const NO_SERIES: readonly GraphSeries[] = [];

/** The series that the draft compares, over the time that the page shows. */
function useMeasured(draft: AlarmDraft) {
  const { startMs, endMs } = useRange();
  const span = { startMs, endMs };
  const metric = measuredMetric(draft.queries)?.metric;
  const units = useUnits(metric === undefined ? [] : [metric]);
  const unit = unitOfQueries(draft.queries, Object.values(units)[0]);
  const answer = useSeries({ queries: draft.queries, ...alignedRange(span, draft.periodSeconds) });
  const [first] = answer.data ?? [];
  const series: readonly GraphSeries[] =
    first === undefined
      ? NO_SERIES
      : [
          {
            ...{ key: first.id, label: measureInWords(draft.queries), unit, colour: '--series-1' },
            ...{ timesMs: first.timesMs, values: first.values },
          },
        ];
  return { span, unit, answer, series };
}

/** The threshold on the graph, and what the alarm would have done. */
function Preview({
  draft,
  measured,
}: {
  readonly draft: AlarmDraft;
  readonly measured: ReturnType<typeof useMeasured>;
}) {
  const { span, series, answer } = measured;
  const grid = useGrid({ series, span, periodSeconds: draft.periodSeconds });
  const read = readDraft(draft.name === '' ? { ...draft, name: '-' } : draft);
  const rule = 'problem' in read ? undefined : read;
  const done = rule === undefined ? undefined : replay(grid, draft, rule);
  const length = formatDuration(span.endMs - span.startMs);
  return (
    <div className="mb-4 border-b border-line pb-3">
      {answer.isError && <FailureNotice error={answer.error} />}
      <Graph
        label={`${measureInWords(draft.queries)} with the threshold`}
        height={GRAPH_HEIGHT}
        series={series}
        span={span}
        periodSeconds={draft.periodSeconds}
        threshold={rule?.threshold}
      />
      {done !== undefined && <StateBands states={done.states} span={span} />}
      <p role="status" className="mt-1 text-sm">
        {done === undefined || grid.rows.length === 0 ? (
          <span className="text-ink-2">Without data and a whole rule nothing can be tried.</span>
        ) : done.fired === 0 ? (
          <>It would not have fired in the {length} shown.</>
        ) : (
          <>
            It would have fired <strong className="font-semibold">{formatPlural(done.fired, 'time')}</strong> in the{' '}
            {length} shown, and been in alarm for {formatDuration(done.alarmMs)}.
          </>
        )}
      </p>
    </div>
  );
}

interface FieldsProps {
  readonly draft: AlarmDraft;
  readonly unit: string;
  readonly mistake: { readonly field: keyof AlarmDraft; readonly problem: string } | undefined;
  readonly onChange: (change: Partial<AlarmDraft>) => void;
}

function RuleFields({ draft, unit, mistake, onChange }: FieldsProps) {
  const problem = (field: keyof AlarmDraft): string | undefined =>
    mistake?.field === field ? mistake.problem : undefined;
  return (
    <div className="grid gap-x-4 sm:grid-cols-4">
      <Field label="Alarms when it is">
        {({ id }) => (
          <select
            id={id}
            className="control w-full"
            value={draft.comparison}
            onChange={(event) => onChange({ comparison: event.target.value as Comparison })}
          >
            {COMPARISONS.map(({ value, word, sign }) => (
              <option key={value} value={value}>
                {word} ({sign})
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label={unit === 'None' ? 'Threshold' : `Threshold, ${unit}`}
        inputMode="decimal"
        autoComplete="off"
        value={draft.threshold}
        error={problem('threshold')}
        onChange={(event) => onChange({ threshold: event.target.value })}
      />
      <div className="grid grid-cols-2 gap-2">
        <TextField
          label="In"
          inputMode="numeric"
          autoComplete="off"
          value={draft.needed}
          error={problem('needed')}
          onChange={(event) => onChange({ needed: event.target.value })}
        />
        <TextField
          label="of periods"
          inputMode="numeric"
          autoComplete="off"
          value={draft.periods}
          error={problem('periods')}
          onChange={(event) => onChange({ periods: event.target.value })}
        />
      </div>
      <Field label="Period">
        {({ id }) => (
          <select
            id={id}
            className="control w-full"
            value={draft.periodSeconds}
            onChange={(event) => onChange(withPeriod(draft, Number(event.target.value)))}
          >
            {alarmPeriods(draft.periodSeconds).map((seconds) => (
              <option key={seconds} value={seconds}>
                {periodText(seconds)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

function OtherFields({ draft, mistake, onChange }: FieldsProps) {
  return (
    <>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Field label="A period without data">
          {({ id }) => (
            <select
              id={id}
              className="control w-full"
              value={draft.missing}
              onChange={(event) => onChange({ missing: event.target.value as Missing })}
            >
              {Object.entries(MISSING_CHOICES).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        {draft.isNew && (
          <Field label="Severity">
            {({ id }) => (
              <select
                id={id}
                className="control w-full"
                value={draft.severity}
                onChange={(event) => onChange({ severity: event.target.value })}
              >
                {SEVERITIES.map((severity) => (
                  <option key={severity}>{severity}</option>
                ))}
              </select>
            )}
          </Field>
        )}
      </div>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <TextField
          label="Name"
          mono
          maxLength={255}
          autoComplete="off"
          disabled={!draft.isNew}
          value={draft.name}
          error={mistake?.field === 'name' ? mistake.problem : undefined}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <TextField
          label="Description"
          maxLength={1024}
          autoComplete="off"
          value={draft.description}
          placeholder="what to do, for whoever is woken"
          onChange={(event) => onChange({ description: event.target.value })}
        />
      </div>
    </>
  );
}

/** An alarm is written beside the numbers that it watches: the threshold is seen, and what it would have done is said. */
export function AlarmDialog({ draft: given, onClose }: { readonly draft: AlarmDraft; readonly onClose: () => void }) {
  const [changed, setChanged] = useState<Partial<AlarmDraft>>({});
  const [tried, setTried] = useState(false);
  const navigate = useNavigate();
  const put = usePutAlarm();
  const written: AlarmDraft = { ...given, ...changed };
  const measured = useMeasured(written);
  const isProposed = written.isNew && changed.threshold === undefined;
  const draft = isProposed
    ? { ...written, threshold: proposedThreshold(measured.series[0]?.values ?? [], written.comparison) }
    : written;
  const read = readDraft(draft);
  const onChange = (change: Partial<AlarmDraft>): void => setChanged((old) => ({ ...old, ...change }));
  const save = (): void => {
    setTried(true);
    if ('problem' in read) return;
    const input = inputOf(draft, read);
    put.mutate(
      { type: 'MetricAlarm', input },
      {
        onSuccess: () => {
          onClose();
          void navigate({ to: '/alarms/$name', params: { name: input.alarmName }, search: keepRange } as never);
        },
      },
    );
  };
  const fields: FieldsProps = {
    ...{ draft, unit: measured.unit, onChange },
    mistake: tried && 'problem' in read ? read : undefined,
  };
  const dimensions = dimensionsInWords(draft.queries);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={draft.isNew ? 'Create an alarm' : `Edit ${draft.name}`}
      description={`${measureInWords(draft.queries)}${dimensions === '' ? '' : `, ${dimensions}`}`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <RuleFields {...fields} />
        <Preview draft={draft} measured={measured} />
        <OtherFields {...fields} />
        {put.isError && <FailureNotice error={put.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={put.isPending}>
            {draft.isNew ? 'Create the alarm' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
