import { Link, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { type AlarmList, useAlarms } from '../api/alarms.ts';
import { useUnits } from '../api/metrics.ts';
import { useMay } from '../api/session.ts';
import type { Alarm, AlarmStateValue, Alarms } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch, useGo } from '../shell/go.ts';
import { AlarmState, STATE_LOOKS } from './alarm-state.tsx';
import { alarmQueries, dimensionsInWords, measuredMetric, ruleInWords, unitOfQueries } from './alarm-words.ts';
import { CompositeDialog } from './composite-dialog.tsx';
import { FirstAlarm } from './first-alarm.tsx';
import { SparkLine } from './spark-line.tsx';
import { type Spark, useSparks } from './use-sparks.ts';

export interface AlarmsSearch {
  readonly state?: AlarmStateValue | undefined;
  readonly find?: string | undefined;
}

const SHOWN_STEP = 50;
const ORDER: Readonly<Record<AlarmStateValue, number>> = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 };

const isBlind = (alarm: Alarm): boolean =>
  alarm.type === 'MetricAlarm' && alarm.evaluationState?.startsWith('EVALUATION') === true;

/** What needs somebody first, and among those the newest. */
function inOrder(alarms: readonly Alarm[]): readonly Alarm[] {
  const rank = (alarm: Alarm): number =>
    alarm.stateValue === 'ALARM' ? 0 : isBlind(alarm) ? 0.5 : ORDER[alarm.stateValue];
  return [...alarms].sort((a, b) => rank(a) - rank(b) || b.stateTransitionedMs - a.stateTransitionedMs);
}

/** Each count is the way to the alarms behind it. */
function Counts({
  summary,
  state,
}: {
  readonly summary: Alarms['summary'] | undefined;
  readonly state: AlarmStateValue | undefined;
}) {
  const change = useChangeSearch();
  const all: readonly (readonly [AlarmStateValue, number | undefined])[] = [
    ['ALARM', summary?.alarm],
    ['INSUFFICIENT_DATA', summary?.insufficientData],
    ['OK', summary?.ok],
  ];
  return (
    <fieldset className="flex flex-wrap items-baseline gap-x-7 gap-y-2">
      <legend className="sr-only">Alarms by state</legend>
      {all.map(([value, count]) => {
        const { word, mark, colour } = STATE_LOOKS[value];
        const isMain = value === 'ALARM';
        return (
          <button
            key={value}
            type="button"
            aria-pressed={state === value}
            aria-label={`${count ?? 'unknown'} ${word}`}
            onClick={() => change({ state: state === value ? undefined : value }, true)}
            className={cx(
              'flex items-baseline gap-2 border-b-2 pb-1 text-left leading-none hover:border-line-2',
              state === value ? 'border-accent!' : 'border-transparent',
            )}
          >
            <span
              className={cx(
                'font-semibold tracking-[-0.03em]',
                isMain ? 'text-[52px] leading-[0.85]' : 'text-xl',
                isMain && (count ?? 0) > 0 && 'text-broken',
              )}
            >
              {count === undefined ? '–' : formatCount(count)}
            </span>
            <span className={cx('inline-flex items-baseline gap-1 text-sm', (count ?? 0) > 0 ? colour : 'text-ink-3')}>
              <Mark state={mark} className="size-3.5" /> {word}
            </span>
          </button>
        );
      })}
    </fieldset>
  );
}

function Headline({
  summary,
  search,
}: {
  readonly summary: Alarms['summary'] | undefined;
  readonly search: AlarmsSearch;
}) {
  const change = useChangeSearch();
  const go = useGo();
  const mayManage = useMay('manageAlarms');
  const [combining, setCombining] = useState(false);
  return (
    <header className="mb-5 flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-b-2 border-ink pb-2.5">
      <h1 className="sr-only">Alarms</h1>
      <Counts summary={summary} state={search.state} />
      <div className="flex flex-wrap gap-2">
        <input
          className="control w-52"
          aria-label="Find an alarm"
          placeholder="Find by name or rule"
          data-search
          value={search.find ?? ''}
          onChange={(event) => change({ find: event.target.value === '' ? undefined : event.target.value }, true)}
        />
        {mayManage && (
          <>
            <Button onClick={() => setCombining(true)}>Combine alarms…</Button>
            <Button tone="accent" onClick={() => go('/explorer')}>
              <Plus size={14} /> From a metric
            </Button>
          </>
        )}
      </div>
      {combining && <CompositeDialog alarm={undefined} onClose={() => setCombining(false)} />}
    </header>
  );
}

function AlarmRow({
  alarm,
  unit,
  spark,
}: {
  readonly alarm: Alarm;
  readonly unit: string | undefined;
  readonly spark: Spark | undefined;
}) {
  const queries = alarm.type === 'MetricAlarm' ? alarmQueries(alarm) : [];
  return (
    <tr>
      <td className="whitespace-nowrap">
        <AlarmState state={alarm.stateValue} />
        {isBlind(alarm) && <div className="text-xs font-medium text-warn">cannot be evaluated</div>}
      </td>
      <td className="whitespace-nowrap">
        <Ago at={alarm.stateTransitionedMs} />
      </td>
      <td className="w-full min-w-64">
        <Link
          to="/alarms/$name"
          params={{ name: alarm.alarmName }}
          search={keepRange as never}
          className="font-medium text-accent underline decoration-line-2 underline-offset-2"
        >
          {alarm.alarmName}
        </Link>{' '}
        {!alarm.actionsEnabled && <Tag>tells nobody</Tag>}
        <div className={cx('break-words text-ink-2', alarm.type === 'CompositeAlarm' && 'font-mono text-xs')}>
          {ruleInWords(alarm, unit)}
        </div>
        <div className="font-mono text-xs break-all text-ink-3">{dimensionsInWords(queries)}</div>
      </td>
      <td className="align-top!">
        {alarm.type === 'MetricAlarm' ? (
          <SparkLine spark={spark} threshold={alarm.threshold} unit={unitOfQueries(queries, unit)} />
        ) : (
          <Tag>composite</Tag>
        )}
      </td>
    </tr>
  );
}

function AlarmTable({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const [limit, setLimit] = useState(SHOWN_STEP);
  const shown = alarms.slice(0, limit);
  const sparks = useSparks(shown);
  const metrics = shown.map((alarm) =>
    alarm.type === 'MetricAlarm' ? measuredMetric(alarmQueries(alarm))?.metric : undefined,
  );
  const units = useUnits(metrics.filter((metric) => metric !== undefined));
  return (
    <>
      <TableFrame label="Alarms">
        <table className="ledger">
          <thead>
            <tr>
              {['State', 'Since', 'Alarm and rule', 'Last 3 hours'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((alarm, index) => {
              const metric = metrics[index];
              return (
                <AlarmRow
                  key={alarm.alarmName}
                  alarm={alarm}
                  unit={metric === undefined ? undefined : units[`${metric.namespace} ${metric.name}`]}
                  spark={sparks.data?.get(alarm.alarmName)}
                />
              );
            })}
          </tbody>
        </table>
      </TableFrame>
      {alarms.length > limit && (
        <div className="mt-3">
          <Button onClick={() => setLimit(limit + SHOWN_STEP)}>
            Show more of {formatPlural(alarms.length - limit, 'other')}
          </Button>
        </div>
      )}
    </>
  );
}

const matches = (alarm: Alarm, words: readonly string[]): boolean => {
  const queries = alarm.type === 'MetricAlarm' ? alarmQueries(alarm) : [];
  const text = `${alarm.alarmName} ${alarm.alarmDescription ?? ''} ${ruleInWords(alarm, undefined)} ${dimensionsInWords(queries)}`;
  return words.every((word) => text.toLowerCase().includes(word));
};

function Listing({ list, search }: { readonly list: AlarmList; readonly search: AlarmsSearch }) {
  const words = (search.find ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = inOrder(list.alarms).filter((alarm) => matches(alarm, words));
  const { alarm, ok, insufficientData, blind } = list.summary;
  if (alarm + ok + insufficientData === 0) return <FirstAlarm />;
  return (
    <>
      {blind > 0 && (
        <div className="mb-4">
          <Notice tone="broken" title={`${formatPlural(blind, 'alarm')} cannot be evaluated and would not go off.`}>
            {blind === 1
              ? 'It keeps the state it had, and says why on its page.'
              : 'They keep the states they had, and each says why on its page.'}
          </Notice>
        </div>
      )}
      {found.length === 0 ? (
        <Empty title="No alarm is like that.">
          {search.state === undefined
            ? 'No name, rule or dimension has these words.'
            : 'Choose another state, or take the words away.'}
        </Empty>
      ) : (
        <AlarmTable alarms={found} />
      )}
      {list.more && (
        <p className="mt-3 text-sm text-ink-2">
          There are more alarms than were read. <code>bin/holdfast alarm list</code> prints all of them.
        </p>
      )}
    </>
  );
}

/** Is anything out of bounds, and since when? */
export function AlarmsPage() {
  useTitle('Alarms');
  const search = useSearch({ strict: false }) as AlarmsSearch;
  const list = useAlarms(search.state);
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8">
      <Headline summary={list.data?.summary} search={search} />
      {list.isPending && <BoneRows rows={8} label="the alarms" />}
      {list.isError && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && <Listing list={list.data} search={search} />}
    </div>
  );
}
