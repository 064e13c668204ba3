import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAlarm, useSetAlarmActions } from '../api/alarms.ts';
import { useUnits } from '../api/metrics.ts';
import { useMay } from '../api/session.ts';
import type { Alarm, AlarmView, MetricAlarm } from '../api/types.ts';
import { absoluteRange } from '../base/time-range.ts';
import { Graph, type GraphSeries, NumbersTable, StateBands } from '../metrics/graph.tsx';
import { addressOfLines, type Line } from '../metrics/lines.ts';
import { periodText } from '../metrics/periods.ts';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Tag, useTitle } from '../parts/page.tsx';
import { Bone, BoneRows } from '../parts/skeleton.tsx';
import { keepRange } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { DeleteDialog, StateDialog } from './act-dialogs.tsx';
import { AlarmDefinition } from './alarm-definition.tsx';
import { AlarmDialog } from './alarm-dialog.tsx';
import { draftOfAlarm } from './alarm-draft.ts';
import { AlarmHistory } from './alarm-history.tsx';
import { AlarmState } from './alarm-state.tsx';
import { AlarmTree } from './alarm-tree.tsx';
import {
  alarmQueries,
  dimensionsInWords,
  measuredMetric,
  measureInWords,
  ruleInWords,
  unitOfQueries,
  whyInWords,
  withoutArns,
} from './alarm-words.ts';
import { CompositeDialog } from './composite-dialog.tsx';

const GRAPH_HEIGHT = 260;

function useUnitOf(alarm: Alarm): string {
  const queries = alarm.type === 'MetricAlarm' ? alarmQueries(alarm) : [];
  const metric = measuredMetric(queries)?.metric;
  const units = useUnits(metric === undefined ? [] : [metric]);
  return unitOfQueries(queries, Object.values(units)[0]);
}

/** State, name, why: what somebody reads who has just been woken. */
function Headline({ view, unit }: { readonly view: AlarmView; readonly unit: string }) {
  const { alarm } = view;
  const why = alarm.type === 'MetricAlarm' ? whyInWords(alarm, unit) : undefined;
  return (
    <header className="mb-5">
      <p className="mb-1.5 flex flex-wrap items-baseline gap-x-3 text-md">
        <AlarmState state={alarm.stateValue} className="text-lg" />
        <span className="text-ink-2">
          since <Ago at={alarm.stateTransitionedMs} />
        </span>
        {!alarm.actionsEnabled && <Tag tone="warn">actions off: tells nobody</Tag>}
      </p>
      <h1 className="border-b-2 border-ink pb-2.5 text-xl leading-tight break-words">{alarm.alarmName}</h1>
      <p className="mt-3 max-w-[80ch] text-md [overflow-wrap:anywhere]">{why ?? withoutArns(alarm.stateReason)}</p>
      {why !== undefined && (
        <p className="mt-1 max-w-[100ch] font-mono text-xs break-words text-ink-3">{alarm.stateReason}</p>
      )}
      {alarm.alarmDescription !== undefined && (
        <p className="mt-2 max-w-[80ch] text-md text-ink-2">{alarm.alarmDescription}</p>
      )}
      {view.evaluationMessage !== undefined && (
        <div className="mt-3">
          <Notice tone="broken" title="This alarm cannot be evaluated and would not go off.">
            {view.evaluationMessage}. It keeps the state it had.
          </Notice>
        </div>
      )}
    </header>
  );
}

type Act = 'edit' | 'try' | 'delete';

function Acts({ alarm }: { readonly alarm: Alarm }) {
  const [act, setAct] = useState<Act>();
  const actions = useSetAlarmActions();
  const close = (): void => setAct(undefined);
  return (
    <div className="mb-5">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setAct('edit')}>Edit…</Button>
        <Button onClick={() => setAct('try')}>Try it…</Button>
        <Button
          disabled={actions.isPending}
          aria-pressed={alarm.actionsEnabled}
          onClick={() => actions.mutate({ name: alarm.alarmName, enabled: !alarm.actionsEnabled })}
        >
          {alarm.actionsEnabled ? 'Turn its actions off' : 'Turn its actions on'}
        </Button>
        <Button onClick={() => setAct('delete')}>Delete…</Button>
      </div>
      {actions.isError && <FailureNotice error={actions.error} />}
      {act === 'edit' && alarm.type === 'MetricAlarm' && <AlarmDialog draft={draftOfAlarm(alarm)} onClose={close} />}
      {act === 'edit' && alarm.type === 'CompositeAlarm' && <CompositeDialog alarm={alarm} onClose={close} />}
      {act === 'try' && <StateDialog alarm={alarm} onClose={close} />}
      {act === 'delete' && <DeleteDialog alarm={alarm} onClose={close} />}
    </div>
  );
}

/** The queries of the alarm as lines of the explorer. */
const linesOf = (alarm: MetricAlarm): readonly Line[] =>
  alarmQueries(alarm).map((query) =>
    query.type === 'expression'
      ? { type: 'expression', id: query.id, shown: query.returnData, expression: query.expression }
      : {
          ...{ type: 'metric', id: query.id, shown: query.returnData, statistic: query.statistic },
          ...{ namespace: query.metric.namespace, name: query.metric.name, dimensions: query.metric.dimensions },
        },
  );

function Picture({
  view,
  alarm,
  unit,
}: {
  readonly view: AlarmView;
  readonly alarm: MetricAlarm;
  readonly unit: string;
}) {
  const { startMs, endMs, setRange } = useRange();
  const [asTable, setAsTable] = useState(false);
  const span = { startMs, endMs };
  const queries = alarmQueries(alarm);
  const periodSeconds = view.graph?.periodSeconds ?? 60;
  const label = measureInWords(queries);
  const series: readonly GraphSeries[] = (view.graph?.series ?? []).slice(0, 1).map((one) => ({
    ...{ key: one.id, label, unit, colour: '--series-1' },
    ...{ timesMs: one.timesMs, values: one.values },
  }));
  return (
    <section aria-label="Graph" className="mb-8">
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
        <p>
          {label} <span className="font-mono text-xs text-ink-3">{dimensionsInWords(queries)}</span>{' '}
          <span className="text-xs text-ink-3">each point {periodText(periodSeconds)}</span>
        </p>
        <p className="flex gap-3">
          <button
            type="button"
            className="text-accent underline decoration-line-2 underline-offset-2"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? 'Show the graph' : 'Show the numbers'}
          </button>
          <Link
            to="/explorer"
            search={(old: Record<string, unknown>) =>
              ({ ...keepRange(old), ...addressOfLines(linesOf(alarm)) }) as never
            }
            className="text-accent underline decoration-line-2 underline-offset-2"
          >
            Open in the explorer
          </Link>
        </p>
      </div>
      {asTable ? (
        <NumbersTable {...{ label, series, span, periodSeconds }} />
      ) : (
        <Graph
          {...{ label, series, span, periodSeconds }}
          height={GRAPH_HEIGHT}
          threshold={alarm.threshold}
          onBrush={(brushed) => setRange(absoluteRange(brushed))}
        />
      )}
      {!asTable && <StateBands states={view.states} span={span} />}
    </section>
  );
}

function Body({ view }: { readonly view: AlarmView }) {
  const { alarm } = view;
  const unit = useUnitOf(alarm);
  const { startMs, endMs } = useRange();
  const mayManage = useMay('manageAlarms');
  return (
    <>
      <Headline view={view} unit={unit} />
      {mayManage && <Acts alarm={alarm} />}
      {alarm.type === 'MetricAlarm' ? (
        <>
          <p className="mb-4 text-sm text-ink-2">Alarms when {ruleInWords(alarm, unit)}.</p>
          <Picture view={view} alarm={alarm} unit={unit} />
        </>
      ) : (
        <>
          <div className="mb-5">
            <StateBands states={view.states} span={{ startMs, endMs }} />
          </div>
          <AlarmTree alarm={alarm} items={view.children ?? []} />
        </>
      )}
      <AlarmHistory items={view.history} />
      <AlarmDefinition view={view} />
    </>
  );
}

/** What is wrong, why does it say so, and since when? */
export function AlarmPage() {
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string };
  useTitle(name);
  const { startMs, endMs } = useRange();
  const view = useAlarm(name, { fromMs: Math.floor(startMs), toMs: Math.ceil(endMs) });
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-5 md:px-8">
      <p className="mb-4 text-sm">
        <Link to="/alarms" search={keepRange as never} className="text-accent underline underline-offset-2">
          All alarms
        </Link>
      </p>
      {view.isPending && (
        <>
          <h1 className="sr-only">{name}</h1>
          <Bone className="mb-3 h-6 w-72" />
          <BoneRows rows={9} label="the alarm" />
        </>
      )}
      {view.isError && (
        <div className="mb-4">
          {view.data === undefined && <h1 className="mb-4 text-xl">{name}</h1>}
          <FailureNotice error={view.error} onRetry={() => void view.refetch()} />
        </div>
      )}
      {view.data !== undefined && <Body view={view.data} />}
    </div>
  );
}
