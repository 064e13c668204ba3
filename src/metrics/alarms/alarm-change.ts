import { newId } from '../../base/index.ts';
import type { AlertInput } from '../../notify/index.ts';
import type { AlarmStateValue } from '../types.ts';
import type { AlarmRecord } from './alarm-record.ts';
import { type PlannedAlert, planAlert } from './plan-alert.ts';
import type { HistoryItemType } from './service.ts';
import { reasonTime } from './state-reason.ts';

/** A history item that is written with the change it tells of. */
export interface NewHistoryItem {
  readonly type: HistoryItemType;
  readonly atMs: number;
  readonly summary: string;
  readonly data: string;
}

/** What notify is to be told, kept until it was. `id` makes a second telling no second notification. */
export interface OutboxAction {
  readonly id: string;
  readonly alert: AlertInput;
  readonly actions: readonly string[];
}

/** One change of an alarm: its row, what happened to it and what is to be done are written in one transaction. */
export interface AlarmChange {
  readonly before: AlarmRecord;
  readonly after: AlarmRecord;
  readonly history: readonly NewHistoryItem[];
  readonly outbox: readonly OutboxAction[];
}

/** A state that an evaluation or a person gives an alarm. */
export interface NewState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  readonly reasonData?: string | undefined;
  readonly nowMs: number;
  /** The end of the range that decided; 0 for a state that a person set, which the next evaluation may change. */
  readonly evaluatedEndMs: number;
  /** When it was so, if that was before Holdfast could look: found while catching up. */
  readonly caughtUpForMs?: number | undefined;
}

const stateJson = (record: AlarmRecord): Readonly<Record<string, unknown>> => ({
  stateValue: record.stateValue,
  stateReason: record.stateReason,
  ...(record.stateReasonData === undefined ? {} : { stateReasonData: parsedOrText(record.stateReasonData) }),
});

function parsedOrText(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** The alarm takes a state. Actions are for changes of the value alone, and are added by {@link withActions}. */
export function changeState(before: AlarmRecord, state: NewState): AlarmChange {
  const isTransition = before.stateValue !== state.value;
  const after: AlarmRecord = {
    ...before,
    stateValue: state.value,
    stateReason: state.reason,
    stateReasonData: state.reasonData,
    stateUpdatedMs: state.nowMs,
    stateTransitionedMs: isTransition ? (state.caughtUpForMs ?? state.nowMs) : before.stateTransitionedMs,
    evaluatedEndMs: state.evaluatedEndMs,
    revision: before.revision + 1,
  };
  const caughtUp =
    state.caughtUpForMs === undefined
      ? {}
      : { holdfast: { caughtUp: true, evaluatedFor: reasonTime(state.caughtUpForMs) } };
  const item: NewHistoryItem = {
    type: 'StateUpdate',
    atMs: state.nowMs,
    summary: `Alarm updated from ${before.stateValue} to ${state.value}${state.caughtUpForMs === undefined ? '' : ' (caught up)'}`,
    data: JSON.stringify({ version: '1.0', oldState: stateJson(before), newState: stateJson(after), ...caughtUp }),
  };
  return { before, after, history: isTransition ? [item] : [], outbox: [] };
}

/** Adds what notify is to be told of the state that the change leads to. */
export function withActions(
  change: AlarmChange,
  context: { readonly isWatched: boolean; readonly nowMs: number; readonly caughtUpForMs?: number | undefined },
): AlarmChange {
  const note =
    context.caughtUpForMs === undefined
      ? undefined
      : `Found while catching up after downtime: it was so at ${new Date(context.caughtUpForMs).toISOString()}.`;
  const atMs = context.caughtUpForMs ?? context.nowMs;
  return withPlanned(change, planAlert(change.after, { isWatched: context.isWatched, atMs, note }), context.nowMs);
}

export function withPlanned(change: AlarmChange, planned: PlannedAlert | undefined, nowMs: number): AlarmChange {
  if (planned === undefined) return change;
  const id = newId(nowMs);
  return {
    ...change,
    after: { ...change.after, isAlertOpen: planned.isAlertOpen },
    outbox: [...change.outbox, { id, alert: { ...planned.alert, id }, actions: planned.actions }],
  };
}
