import { type Clock, newId } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import { refuse } from './accepted-values.ts';
import type { AlarmChange } from './alarm-change.ts';
import type { AlarmArns, AlarmRecord } from './alarm-record.ts';
import { insertAlarms, insertChanges, lockAlarms, updateAlarm } from './alarm-rows.ts';
import type { AlarmDefinition, CheckedAlarm } from './definition.ts';
import { configurationItem } from './history-items.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { AlarmsTables } from './migrations.ts';
import { NOT_SUPPRESSED } from './suppression.ts';

export interface AlarmToPut {
  readonly checked: CheckedAlarm<AlarmDefinition>;
  /** May change what follows from the new configuration, such as suppression. */
  readonly adapt: (change: AlarmChange) => AlarmChange;
}

export interface PutQueue {
  /** Resolves to the record when it is committed. */
  readonly put: (alarm: AlarmToPut) => Promise<AlarmRecord>;
  /** How many are not committed yet. */
  readonly waiting: () => number;
}

interface Deps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly arns: AlarmArns;
}

interface Waiting extends AlarmToPut {
  readonly done: (record: AlarmRecord) => void;
  readonly failed: (error: unknown) => void;
}

/** What became of one put inside a batch. */
type Outcome =
  | { readonly type: 'written'; readonly change: AlarmChange }
  | { readonly type: 'refused'; readonly error: unknown };

/** Group commit: while one transaction runs, the alarms that arrive gather for the next one. */
export function createPutQueue(deps: Deps): PutQueue {
  let waiting: Waiting[] = [];
  let underWay = 0;
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, LIMITS.putBatch);
      waiting = waiting.slice(batch.length);
      underWay = batch.length;
      await writeBatch(deps, batch);
      underWay = 0;
    }
    isRunning = false;
  };
  return {
    put: (alarm) =>
      new Promise((done, failed) => {
        waiting.push({ ...alarm, done, failed });
        if (!isRunning) void run();
      }),
    waiting: () => waiting.length + underWay,
  };
}

async function writeBatch(deps: Deps, batch: readonly Waiting[]): Promise<void> {
  try {
    const outcomes = await deps.catalog.transaction<AlarmsTables, readonly Outcome[]>(async (trx) => {
      const names = [...new Set(batch.map(({ checked }) => checked.definition.alarmName))];
      const stored = await lockAlarms(trx, names);
      const planned = planPuts(deps, stored, batch);
      const changes = planned.flatMap((outcome) => (outcome.type === 'written' ? [outcome.change] : []));
      // A name that is put twice in one batch is written once, as its last put wants it.
      const last = new Map(changes.map((change) => [change.after.name, change.after]));
      const known = new Set(stored.map(({ id }) => id));
      await insertAlarms(
        trx,
        [...last.values()].filter(({ id }) => !known.has(id)),
      );
      for (const record of last.values()) if (known.has(record.id)) await updateAlarm(trx, record);
      await insertChanges(trx, changes, deps.clock.nowMs());
      return planned;
    });
    for (const [index, { done, failed }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome?.type === 'written') done(outcome.change.after);
      else failed(outcome?.error);
    }
  } catch (error) {
    for (const { failed } of batch) failed(error);
  }
}

/** What each put makes of what is stored and of the puts before it. A refused one keeps no other from being written. */
function planPuts(deps: Deps, stored: readonly AlarmRecord[], batch: readonly AlarmToPut[]): readonly Outcome[] {
  const records = new Map(stored.map((record) => [record.name, record]));
  return batch.map((alarm): Outcome => {
    try {
      const change = planPut(deps, records.get(alarm.checked.definition.alarmName), alarm);
      records.set(change.after.name, change.after);
      return { type: 'written', change };
    } catch (error) {
      return { type: 'refused', error };
    }
  });
}

function planPut(deps: Deps, before: AlarmRecord | undefined, { checked, adapt }: AlarmToPut): AlarmChange {
  const nowMs = deps.clock.nowMs();
  const { alarmName } = checked.definition;
  if (before === undefined) {
    const after = newRecord(checked, nowMs);
    return { before: after, after, history: [configurationItem('Create', after, deps.arns, nowMs)], outbox: [] };
  }
  if (before.definition.type !== checked.definition.type) {
    throw refuse('AlarmName', alarmName, `a name that no ${before.definition.type} has`);
  }
  const replaced: AlarmRecord = {
    ...before,
    definition: checked.definition,
    actionsEnabled: checked.actionsEnabled,
    configurationUpdatedMs: nowMs,
    // What was decided by the old configuration must not hold back what the new one decides.
    evaluatedEndMs: 0,
    revision: before.revision + 1,
  };
  const change = adapt({ before, after: replaced, history: [], outbox: [] });
  return { ...change, history: [configurationItem('Update', change.after, deps.arns, nowMs), ...change.history] };
}

const newRecord = (checked: CheckedAlarm<AlarmDefinition>, nowMs: number): AlarmRecord => ({
  id: newId(nowMs),
  name: checked.definition.alarmName,
  definition: checked.definition,
  actionsEnabled: checked.actionsEnabled,
  tags: checked.tags,
  configurationUpdatedMs: nowMs,
  stateValue: 'INSUFFICIENT_DATA',
  stateReason: 'Unchecked: Initial alarm creation',
  stateUpdatedMs: nowMs,
  stateTransitionedMs: nowMs,
  suppression: NOT_SUPPRESSED,
  isAlertOpen: false,
  evaluatedEndMs: 0,
  revision: 1,
});
