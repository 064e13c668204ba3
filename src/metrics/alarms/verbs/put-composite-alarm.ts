import type { Actor } from '../../../access/index.ts';
import { Failure } from '../../../base/index.ts';
import { acceptedActions, acceptedAlarmName, acceptedInteger, acceptedTags, acceptedText } from '../accepted-values.ts';
import { type AlarmChange, withActions } from '../alarm-change.ts';
import { namesIn, parseAlarmRule } from '../alarm-rule.ts';
import { isWatched } from '../context.ts';
import type { CheckedAlarm, CompositeDefinition } from '../definition.ts';
import { METRICS_ALARMS_FAILURES } from '../failures.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { CompositeAlarmInput } from '../service.ts';
import { stepSuppression } from '../suppression.ts';
import { putAlarm } from './put-alarm.ts';
import { auditedChange, type VerbContext } from './verb-context.ts';

export const putCompositeAlarm = (context: VerbContext, actor: Actor, input: CompositeAlarmInput): Promise<void> =>
  auditedChange(
    context,
    actor,
    { eventName: 'PutCompositeAlarm', names: [String(input.alarmName)], parameters: { ...input } },
    async () => {
      const checked = checkCompositeAlarm(context, input);
      await putAlarm(context, checked, (change) => adaptSuppression(context, change, checked.definition));
    },
  );

function checkCompositeAlarm(context: VerbContext, input: CompositeAlarmInput): CheckedAlarm<CompositeDefinition> {
  const { alarmDescription, actionsSuppressor } = input;
  const alarmName = acceptedAlarmName(input.alarmName);
  const alarmRule = acceptedText('AlarmRule', input.alarmRule, { min: 1, max: LIMITS.ruleLengthMax });
  const suppression = actionsSuppressor === undefined ? {} : checkSuppressor(input, actionsSuppressor);
  const definition: CompositeDefinition = {
    type: 'CompositeAlarm',
    alarmName,
    alarmRule,
    ...(alarmDescription === undefined
      ? {}
      : {
          alarmDescription: acceptedText('AlarmDescription', alarmDescription, {
            min: 0,
            max: LIMITS.descriptionLengthMax,
          }),
        }),
    okActions: acceptedActions('OKActions', input.okActions),
    alarmActions: acceptedActions('AlarmActions', input.alarmActions),
    insufficientDataActions: acceptedActions('InsufficientDataActions', input.insufficientDataActions),
    ...suppression,
  };
  const children = namesIn(parseAlarmRule(alarmRule)).map(context.arns.nameOf);
  const named = actionsSuppressor === undefined ? children : [...children, context.arns.nameOf(actionsSuppressor)];
  for (const child of named) {
    if (context.registry.get(child) === undefined) throw new Failure(METRICS_ALARMS_FAILURES.childMissing, { child });
  }
  for (const child of children) {
    const others = context.registry.parentsOf(child).filter((parent) => parent.record.name !== alarmName);
    if (others.length >= LIMITS.parentsMax) {
      const what = `composite alarms that watch ${child}`;
      throw new Failure(METRICS_ALARMS_FAILURES.tooMany, { what, count: others.length + 1, max: LIMITS.parentsMax });
    }
  }
  return { definition, actionsEnabled: input.actionsEnabled ?? true, tags: acceptedTags(input.tags) };
}

function checkSuppressor(input: CompositeAlarmInput, suppressor: string) {
  const range = { min: 0, max: LIMITS.suppressorPeriodMaxS };
  const { actionsSuppressorWaitPeriod: wait, actionsSuppressorExtensionPeriod: extension } = input;
  return {
    actionsSuppressor: acceptedText('ActionsSuppressor', suppressor, { min: 1, max: 1_600 }),
    actionsSuppressorWaitPeriod: acceptedInteger('ActionsSuppressorWaitPeriod', wait, range),
    actionsSuppressorExtensionPeriod: acceptedInteger('ActionsSuppressorExtensionPeriod', extension, range),
  };
}

/** Another suppressor discards the periods that the old one had begun. */
function adaptSuppression(context: VerbContext, change: AlarmChange, definition: CompositeDefinition): AlarmChange {
  const { before } = change;
  const old = before.definition.type === 'CompositeAlarm' ? before.definition.actionsSuppressor : undefined;
  if (old === definition.actionsSuppressor) return change;
  const nowMs = context.clock.nowMs();
  const name =
    definition.actionsSuppressor === undefined ? undefined : context.arns.nameOf(definition.actionsSuppressor);
  const suppressor =
    name === undefined
      ? undefined
      : {
          isInAlarm: context.registry.get(name)?.record.stateValue === 'ALARM',
          waitMs: (definition.actionsSuppressorWaitPeriod ?? 0) * 1000,
          extensionMs: (definition.actionsSuppressorExtensionPeriod ?? 0) * 1000,
        };
  const step = stepSuppression(before.suppression, { type: 'suppressor-replaced' }, { nowMs, suppressor });
  const adapted = { ...change, after: { ...change.after, suppression: step.suppression } };
  return step.act ? withActions(adapted, { isWatched: isWatched(context, before.name), nowMs }) : adapted;
}
