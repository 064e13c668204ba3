import type { Actor } from '../../../access/index.ts';
import { invariant } from '../../../base/index.ts';
import type { AlarmStateValue, MetricQuery } from '../../types.ts';
import { acceptedInteger } from '../accepted-values.ts';
import {
  type AlarmRecord,
  asCompositeAlarm,
  asMetricAlarm,
  isCompositeRecord,
  isMetricRecord,
  type MetricRecord,
} from '../alarm-record.ts';
import { periodMsOf, queriesOf } from '../definition.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { AlarmHistoryItem, AlarmView } from '../service.ts';
import { describeAlarmHistory } from './describe-history.ts';
import { authorizeRead, knownAlarm, type VerbContext } from './verb-context.ts';

export async function viewAlarm(
  context: VerbContext,
  actor: Actor,
  request: { readonly alarmName: string; readonly fromMs: number; readonly toMs: number },
): Promise<AlarmView> {
  const { alarmName, fromMs, toMs } = request;
  await authorizeRead(context, actor, alarmName);
  acceptedInteger('toMs', toMs, { min: fromMs + 1, max: Number.MAX_SAFE_INTEGER });
  const { record } = knownAlarm(context, alarmName);
  const history = await historyOf(context, actor, request);
  const { registry, arns } = context;
  return {
    alarm: shown(record, context),
    tags: record.tags,
    ...(record.evaluationMessage === undefined ? {} : { evaluationMessage: record.evaluationMessage }),
    history,
    states: statesOf(record, history, fromMs),
    ...(isMetricRecord(record) ? { graph: await graphOf(context, record, request) } : {}),
    ...(isCompositeRecord(record)
      ? {
          children: registry.childrenOf(alarmName).flatMap((name) => {
            const child = registry.get(arns.nameOf(name))?.record;
            return child === undefined
              ? []
              : [{ alarmName: name, type: child.definition.type, stateValue: child.stateValue }];
          }),
        }
      : {}),
  };
}

function shown(record: AlarmRecord, context: VerbContext): AlarmView['alarm'] {
  if (isMetricRecord(record)) return { type: 'MetricAlarm', ...asMetricAlarm(record, context.arns) };
  invariant(isCompositeRecord(record), 'an alarm is a metric or a composite alarm');
  return { type: 'CompositeAlarm', ...asCompositeAlarm(record, context.arns) };
}

async function historyOf(
  context: VerbContext,
  actor: Actor,
  request: { readonly alarmName: string; readonly fromMs: number; readonly toMs: number },
): Promise<readonly AlarmHistoryItem[]> {
  const filter = { alarmName: request.alarmName, startMs: request.fromMs, endMs: request.toMs };
  const items: AlarmHistoryItem[] = [];
  let nextToken: string | undefined;
  do {
    const page = await describeAlarmHistory(context, actor, { ...filter, nextToken });
    items.push(...page.alarmHistoryItems);
    nextToken = page.nextToken;
  } while (nextToken !== undefined && items.length < LIMITS.viewHistoryMax);
  return items.slice(0, LIMITS.viewHistoryMax);
}

const STATES: readonly AlarmStateValue[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** The bands of state behind a graph, from the summaries of changes: `Alarm updated from OK to ALARM`. */
function statesOf(record: AlarmRecord, history: readonly AlarmHistoryItem[], fromMs: number): AlarmView['states'] {
  const changes = history
    .filter((item) => item.historyItemType === 'StateUpdate')
    .flatMap((item) => {
      const words = /from (\w+) to (\w+)/.exec(item.historySummary);
      const [before, after] = [words?.[1], words?.[2]].map((word) => STATES.find((state) => state === word));
      return before === undefined || after === undefined ? [] : [{ timeMs: item.timeMs, before, after }];
    })
    .reverse();
  const first = changes[0];
  const start = { fromMs, stateValue: first === undefined ? record.stateValue : first.before };
  return [start, ...changes.map((change) => ({ fromMs: change.timeMs, stateValue: change.after }))];
}

async function graphOf(
  context: VerbContext,
  record: MetricRecord,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<NonNullable<AlarmView['graph']>> {
  const { definition } = record;
  const ownMs = periodMsOf(definition);
  const periodMs = Math.max(ownMs, Math.ceil((range.toMs - range.fromMs) / LIMITS.viewPointsMax / ownMs) * ownMs);
  const queries = queriesOf(definition).map(
    (query): MetricQuery =>
      query.type === 'metric' || query.periodSeconds !== undefined
        ? { ...query, periodSeconds: periodMs / 1000 }
        : query,
  );
  const series = await context.store.query({
    queries,
    fromMs: Math.floor(range.fromMs / periodMs) * periodMs,
    toMs: Math.ceil(range.toMs / periodMs) * periodMs,
    signal: AbortSignal.timeout(LIMITS.storeTimeoutMs),
  });
  return { series, periodSeconds: periodMs / 1000, threshold: definition.threshold };
}
