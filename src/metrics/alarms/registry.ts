import type { MetricPoint } from '../types.ts';
import { type AlarmArns, type AlarmRecord, isMetricRecord } from './alarm-record.ts';
import { type AlarmRule, namesIn, parseAlarmRule } from './alarm-rule.ts';
import { type MetricDefinition, type MetricPart, periodMsOf, queriesOf, singleMetric } from './definition.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import { BASIC_STATISTICS, type BasicStatistic } from './service.ts';
import { createSlotWindow, rangePeriodsOf, type SlotWindow, stepMsOf } from './slot-window.ts';

/** How an alarm is evaluated: from a window in memory, by asking the store, or from the states of other alarms. */
export type AlarmPlan =
  | {
      readonly type: 'slots';
      readonly definition: MetricDefinition;
      readonly metric: MetricPart;
      readonly statistic: BasicStatistic;
      readonly window: SlotWindow;
      readonly periodMs: number;
      readonly rangeMs: number;
    }
  | {
      readonly type: 'queried';
      readonly definition: MetricDefinition;
      readonly periodMs: number;
      readonly rangeMs: number;
    }
  | { readonly type: 'composite'; readonly rule: AlarmRule; readonly suppressor: string | undefined };

/** An alarm at work: its record and what evaluation remembers of it. Changed in place by the engine alone. */
export interface LiveAlarm {
  record: AlarmRecord;
  plan: AlarmPlan;
  /** When it is evaluated next without anything arriving. */
  dueMs: number;
  needsLoad: boolean;
  isWriting: boolean;
  /** Time that is still to be evaluated afterwards: ends of steps from here on. */
  catchUpFromMs: number | undefined;
  /** Time in which nothing could be seen. */
  blind: { readonly fromMs: number; readonly toMs: number } | undefined;
  failures: number;
  /** Extra past kept in the window while catching up. */
  keepExtraMs: number;
  queriedThroughMs: number;
}

export interface Registry {
  readonly all: () => Iterable<LiveAlarm>;
  readonly size: () => number;
  readonly get: (name: string) => LiveAlarm | undefined;
  /** Takes a new or changed record. The plan is made anew when the definition changed. */
  readonly put: (record: AlarmRecord, knownFromMs: number) => LiveAlarm;
  readonly remove: (name: string) => void;
  readonly watching: (point: MetricPoint) => Iterable<LiveAlarm>;
  /** Composite alarms whose rule names this one. */
  readonly parentsOf: (name: string) => readonly LiveAlarm[];
  /** Composite alarms whose actions this one suppresses. */
  readonly suppressedBy: (name: string) => readonly LiveAlarm[];
  /** The names of a composite alarm's children, ARNs resolved. */
  readonly childrenOf: (name: string) => readonly string[];
  /** The path of a cycle that begins and ends with this alarm, if there is one. */
  readonly cycleOf: (name: string) => readonly string[] | undefined;
}

const dimensionsKey = (dimensions: Readonly<Record<string, string>>): string => {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  return names.map((name) => `${name}\u0001${dimensions[name]}`).join('\u0002');
};

const metricKey = (namespace: string, name: string): string => `${namespace}\u0000${name}`;

/** A map of sets that forgets empty sets. */
function createIndex<Value>() {
  const sets = new Map<string, Set<Value>>();
  return {
    add: (key: string, value: Value): void => {
      const set = sets.get(key);
      if (set === undefined) sets.set(key, new Set([value]));
      else set.add(value);
    },
    remove: (key: string, value: Value): void => {
      const set = sets.get(key);
      set?.delete(value);
      if (set?.size === 0) sets.delete(key);
    },
    get: (key: string): ReadonlySet<Value> => sets.get(key) ?? new Set<Value>(),
  };
}

export function createRegistry(arns: AlarmArns): Registry {
  const alarms = new Map<string, LiveAlarm>();
  const metricNames = createIndex<string>();
  const byMetric = createIndex<LiveAlarm>();
  const parents = createIndex<string>();
  const suppressed = createIndex<string>();
  const childrenOf = (name: string): readonly string[] => {
    const plan = alarms.get(name)?.plan;
    return plan?.type === 'composite' ? [...new Set(namesIn(plan.rule).map(arns.nameOf))] : [];
  };
  const link = (alarm: LiveAlarm, verb: 'add' | 'remove'): void => {
    const { name, definition } = alarm.record;
    if (definition.type === 'MetricAlarm') {
      for (const query of queriesOf(definition)) {
        if (query.type !== 'metric') continue;
        const key = metricKey(query.metric.namespace, query.metric.name);
        const full = `${key}\u0000${dimensionsKey(query.metric.dimensions)}`;
        byMetric[verb](full, alarm);
        // How many alarms want this name: a point of a metric that none wants costs one look-up.
        metricNames[verb](key, `${name}\u0000${query.id}`);
      }
      return;
    }
    for (const child of childrenOf(name)) parents[verb](child, name);
    if (alarm.plan.type === 'composite' && alarm.plan.suppressor !== undefined)
      suppressed[verb](alarm.plan.suppressor, name);
  };
  const live = (names: ReadonlySet<string>): readonly LiveAlarm[] =>
    [...names].flatMap((name) => alarms.get(name) ?? []);
  return {
    all: () => alarms.values(),
    size: () => alarms.size,
    get: (name) => alarms.get(name),
    put: (record, knownFromMs) => {
      const known = alarms.get(record.name);
      if (known !== undefined && known.record.id === record.id && known.record.definition === record.definition) {
        known.record = record;
        return known;
      }
      if (known !== undefined) link(known, 'remove');
      const alarm = newLiveAlarm(record, arns, knownFromMs);
      alarms.set(record.name, alarm);
      link(alarm, 'add');
      return alarm;
    },
    remove: (name) => {
      const known = alarms.get(name);
      if (known === undefined) return;
      link(known, 'remove');
      alarms.delete(name);
    },
    watching: (point) => {
      const key = metricKey(point.namespace, point.name);
      return metricNames.get(key).size === 0 ? [] : byMetric.get(`${key}\u0000${dimensionsKey(point.dimensions)}`);
    },
    parentsOf: (name) => live(parents.get(name)),
    suppressedBy: (name) => live(suppressed.get(name)),
    childrenOf,
    cycleOf: (name) => findCycle(name, childrenOf),
  };
}

function findCycle(name: string, childrenOf: (name: string) => readonly string[]): readonly string[] | undefined {
  const seen = new Set<string>();
  const stack: { readonly name: string; readonly path: readonly string[] }[] = [{ name, path: [name] }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const child of childrenOf(next.name)) {
      if (child === name) return [...next.path, child];
      if (seen.has(child)) continue;
      seen.add(child);
      stack.push({ name: child, path: [...next.path, child] });
    }
  }
  return undefined;
}

function newLiveAlarm(record: AlarmRecord, arns: AlarmArns, knownFromMs: number): LiveAlarm {
  const alarm: LiveAlarm = {
    record,
    plan: { type: 'composite', rule: { type: 'constant', value: false }, suppressor: undefined },
    dueMs: 0,
    needsLoad: isMetricRecord(record),
    isWriting: false,
    catchUpFromMs: undefined,
    blind: undefined,
    failures: 0,
    keepExtraMs: 0,
    queriedThroughMs: 0,
  };
  alarm.plan = planOf(record, arns, knownFromMs, () => alarm.keepExtraMs);
  return alarm;
}

function planOf(record: AlarmRecord, arns: AlarmArns, knownFromMs: number, keepExtraMs: () => number): AlarmPlan {
  const { definition } = record;
  if (definition.type === 'CompositeAlarm') {
    const { alarmRule, actionsSuppressor } = definition;
    const suppressor = actionsSuppressor === undefined ? undefined : arns.nameOf(actionsSuppressor);
    return { type: 'composite', rule: parseAlarmRule(alarmRule), suppressor };
  }
  const periodMs = periodMsOf(definition);
  const rangeMs = rangePeriodsOf(definition.evaluationPeriods) * periodMs;
  const metric = singleMetric(definition);
  const statistic = BASIC_STATISTICS.find((basic) => basic === metric?.statistic);
  if (metric === undefined || statistic === undefined || rangeMs / stepMsOf(periodMs) > LIMITS.slotsPerAlarmMax) {
    return { type: 'queried', definition, periodMs, rangeMs };
  }
  const keepMs = (): number => rangeMs + 2 * stepMsOf(periodMs) + keepExtraMs();
  const window = createSlotWindow({ periodMs, keepMs, knownFromMs });
  return { type: 'slots', definition, metric, statistic, window, periodMs, rangeMs };
}
