import { type Actor, auditIdentity } from '../../../access/index.ts';
import { Failure, isFailure } from '../../../base/index.ts';
import type { AlarmRecord } from '../alarm-record.ts';
import type { AlarmsContext } from '../context.ts';
import type { Evaluator } from '../evaluator.ts';
import { METRICS_ALARMS_FAILURES } from '../failures.ts';
import type { LiveAlarm } from '../registry.ts';

/** What the verbs of alarms work with. */
export interface VerbContext extends AlarmsContext {
  readonly evaluator: Evaluator;
}

export const authorizeRead = (context: VerbContext, actor: Actor, name = '*'): Promise<void> =>
  context.authorize(actor, 'alarms:Read', { type: 'alarm', name });

/**
 * A change: authorized for each alarm, done, and recorded (also when it failed) before the caller is answered. A crash
 * between the change and its record leaves a change of which the caller was not told.
 */
export async function auditedChange<Result>(
  context: VerbContext,
  actor: Actor,
  call: {
    readonly eventName: string;
    readonly names: readonly string[];
    readonly parameters?: Readonly<Record<string, unknown>>;
  },
  change: () => Promise<Result>,
): Promise<Result> {
  for (const name of call.names) await context.authorize(actor, 'alarms:Manage', { type: 'alarm', name });
  const entry = {
    identity: auditIdentity(actor),
    source: 'alarms',
    eventName: call.eventName,
    readOnly: false,
    requestParameters: call.parameters ?? { alarmNames: call.names },
    resources: call.names.map((name) => ({ type: 'alarm', name })),
  };
  try {
    const result = await change();
    await context.audit.record(entry);
    return result;
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    await context.audit.record({ ...entry, errorCode: isFailure(error) ? error.code : 'bug', errorMessage });
    throw error;
  }
}

export function knownAlarm(context: VerbContext, name: string): LiveAlarm {
  const alarm = context.registry.get(name);
  if (alarm === undefined) throw new Failure(METRICS_ALARMS_FAILURES.notFound, { alarmName: name });
  return alarm;
}

/** A verb's committed record takes effect: it is evaluated, and so is who looks at it. */
export function takeRecord(context: VerbContext, record: AlarmRecord): void {
  const known = context.registry.get(record.name);
  if (known !== undefined && known.record.id === record.id && known.record.revision >= record.revision) return;
  context.registry.put(record, context.clock.nowMs());
  context.evaluator.changed(record.name);
}
