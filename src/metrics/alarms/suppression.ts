import type { ActionsSuppressedBy } from './service.ts';

/** Where the actions of a composite alarm stand with its suppressor. Stored with the alarm as JSON. */
export interface Suppression {
  readonly phase:
    | { readonly type: 'none' }
    | { readonly type: 'wait'; readonly untilMs: number }
    | { readonly type: 'alarm' }
    | { readonly type: 'extension'; readonly untilMs: number };
  /** True when the state of the composite changed and the actions of that change were not taken yet. */
  readonly isPending: boolean;
}

export interface SuppressorSettings {
  readonly waitMs: number;
  readonly extensionMs: number;
}

export type SuppressionEvent =
  | { readonly type: 'composite-changed' }
  | { readonly type: 'suppressor-changed' }
  | { readonly type: 'suppressor-replaced' }
  | { readonly type: 'time-passed' };

export const NOT_SUPPRESSED: Suppression = { phase: { type: 'none' }, isPending: false };

export interface SuppressionStep {
  readonly suppression: Suppression;
  /** True when the actions of the composite's state are to be taken now. */
  readonly act: boolean;
}

/**
 * One step of action suppression, as CloudWatch documents it in six examples: a change of the composite starts a wait
 * period (discarding any wait or extension), in which a suppressor that goes to ALARM takes over; when the suppressor
 * leaves ALARM an extension period runs; what is pending when either ends is acted on. A replaced suppressor discards
 * both periods. `suppressor` undefined means that there is none (any more).
 */
export function stepSuppression(
  before: Suppression,
  event: SuppressionEvent,
  now: {
    readonly nowMs: number;
    readonly suppressor: (SuppressorSettings & { readonly isInAlarm: boolean }) | undefined;
  },
): SuppressionStep {
  const isPending = before.isPending || event.type === 'composite-changed';
  const { suppressor, nowMs } = now;
  const settle = (): SuppressionStep => ({ suppression: NOT_SUPPRESSED, act: isPending });
  const run = (type: 'wait' | 'extension', lengthMs: number): SuppressionStep =>
    lengthMs <= 0 ? settle() : { suppression: { phase: { type, untilMs: nowMs + lengthMs }, isPending }, act: false };

  if (suppressor === undefined) return settle();
  if (suppressor.isInAlarm) return { suppression: { phase: { type: 'alarm' }, isPending }, act: false };
  switch (event.type) {
    case 'composite-changed':
      return run('wait', suppressor.waitMs);
    case 'suppressor-replaced':
      return isPending ? run('wait', suppressor.waitMs) : settle();
    case 'suppressor-changed':
    case 'time-passed':
      break;
  }
  const { phase } = before;
  // Not in ALARM any more, however it was noticed: by its change, or after a restart by the time that passed.
  if (phase.type === 'alarm') return run('extension', suppressor.extensionMs);
  if ((phase.type === 'wait' || phase.type === 'extension') && phase.untilMs <= nowMs) return settle();
  return { suppression: before, act: false };
}

const NAMES: Readonly<Record<Suppression['phase']['type'], ActionsSuppressedBy | undefined>> = {
  none: undefined,
  wait: 'WaitPeriod',
  alarm: 'Alarm',
  extension: 'ExtensionPeriod',
};

/** CloudWatch's word for what suppresses, if anything does. */
export const suppressedBy = (suppression: Suppression): ActionsSuppressedBy | undefined =>
  NAMES[suppression.phase.type];
