import type { IssueResolution, IssueStatus, IssueSubstatus, JsonObject } from '../../types.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { NewSignal } from '../signals.ts';
import type { StoredIgnore } from './stored-ignore.ts';

/** The part of an issue that events and time move. */
export interface IssueState {
  readonly status: IssueStatus;
  readonly substatus: IssueSubstatus | null;
  readonly stateMs: number;
  readonly resolution: IssueResolution | null;
  readonly ignore: StoredIgnore | null;
}

/** What a batch of events means for one issue. */
export interface Arrival {
  /** Nothing was counted for the issue before. */
  readonly isFirst: boolean;
  /** The first of the events that no resolution covers, when the issue is resolved. */
  readonly regression?: { readonly eventId: string; readonly release: string };
  readonly timesSeen: number;
  /** Events and users within the windows of the condition of ignoring, when it has such. */
  readonly windowEvents?: number;
  readonly windowUsers?: number;
  readonly hourEvents: number;
  readonly hourThreshold: number;
  readonly eventId: string;
}

export interface StateMove {
  readonly state: IssueState;
  readonly activity: { readonly type: string; readonly detail: JsonObject };
  readonly signal: NewSignal['type'] | undefined;
  readonly eventId?: string;
}

const unresolved = (substatus: IssueSubstatus, stateMs: number): IssueState => ({
  status: 'unresolved',
  substatus,
  stateMs,
  resolution: null,
  ignore: null,
});

/** Where events move an issue to; undefined when it stays where it is. Pure. */
export function decideState(state: IssueState, arrival: Arrival, nowMs: number): StateMove | undefined {
  if (arrival.isFirst && state.status === 'unresolved') return firstSeen(arrival, nowMs);
  if (state.status === 'resolved') return regressed(state, arrival, nowMs);
  const isEscalating = arrival.hourEvents > arrival.hourThreshold;
  if (state.status === 'ignored') return endOfIgnore(state, arrival, isEscalating, nowMs);
  if (state.substatus === 'ongoing' && isEscalating) return escalating(arrival, nowMs);
  return undefined;
}

const firstSeen = ({ eventId }: Arrival, nowMs: number): StateMove => ({
  state: unresolved('new', nowMs),
  activity: { type: 'first-seen', detail: { eventId } },
  signal: 'new',
  eventId,
});

function regressed({ resolution }: IssueState, { regression }: Arrival, nowMs: number): StateMove | undefined {
  if (regression === undefined) return undefined;
  const { eventId, release } = regression;
  const was = resolution === null ? {} : { resolution };
  return {
    state: unresolved('regressed', nowMs),
    activity: { type: 'regressed', detail: { eventId, ...(release === '' ? {} : { release }), ...was } },
    signal: 'regressed',
    eventId,
  };
}

const escalating = ({ hourEvents, hourThreshold, eventId }: Arrival, nowMs: number): StateMove => ({
  state: unresolved('escalating', nowMs),
  activity: { type: 'escalating', detail: { eventsInHour: hourEvents, expectedAtMost: hourThreshold, eventId } },
  signal: 'escalating',
  eventId,
});

/** The first condition that came true ends the ignoring; an issue that escalates is told as that. */
function endOfIgnore(
  { ignore }: IssueState,
  arrival: Arrival,
  isEscalating: boolean,
  nowMs: number,
): StateMove | undefined {
  if (ignore === null) return undefined;
  const { condition } = ignore;
  if (condition.untilEscalating === true && isEscalating) return escalating(arrival, nowMs);
  const end = (detail: JsonObject): StateMove => ({
    state: unresolved('ongoing', nowMs),
    activity: { type: 'unignored', detail: { ...detail, eventId: arrival.eventId } },
    signal: 'unignored',
    eventId: arrival.eventId,
  });
  if (condition.untilMs !== undefined && nowMs >= condition.untilMs) return end({ untilMs: condition.untilMs });
  if (condition.count !== undefined) {
    const events =
      condition.countWindowMs === undefined ? arrival.timesSeen - ignore.timesSeen : (arrival.windowEvents ?? 0);
    if (events >= condition.count) return end({ events, ...optional('windowMs', condition.countWindowMs) });
  }
  const users = arrival.windowUsers ?? 0;
  if (condition.users !== undefined && users >= condition.users) {
    return end({ users, ...optional('windowMs', condition.usersWindowMs) });
  }
  return undefined;
}

const optional = (name: string, value: number | undefined): JsonObject =>
  value === undefined ? {} : { [name]: value };

/** Where time alone moves an issue to; undefined when it stays. Pure. */
export function decideByTime(state: IssueState, nowMs: number): StateMove | undefined {
  const { substatus, ignore } = state;
  if (state.status === 'ignored') {
    const untilMs = ignore?.condition.untilMs;
    if (untilMs === undefined || nowMs < untilMs) return undefined;
    return {
      state: unresolved('ongoing', nowMs),
      activity: { type: 'unignored', detail: { untilMs } },
      signal: 'unignored',
    };
  }
  if (state.status !== 'unresolved' || substatus === 'ongoing' || substatus === null) return undefined;
  if (nowMs - state.stateMs < LIMITS.newForMs) return undefined;
  return {
    state: unresolved('ongoing', nowMs),
    activity: { type: 'ongoing', detail: { was: substatus } },
    signal: undefined,
  };
}

/**
 * Above how many events an hour is an escalation: a multiple of the busiest hour of the week before, and never less
 * than a floor. A forecast that people can check by hand, which knows neither the hour of the day nor the weekday:
 * a peak that comes every week is inside the week that is looked at.
 */
export const escalationThreshold = (busiestHourEvents: number): number =>
  Math.max(LIMITS.escalationFloor, LIMITS.escalationFactor * busiestHourEvents);
