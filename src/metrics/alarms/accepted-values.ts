import { Failure, storableText } from '../../base/index.ts';
import { METRICS_ALARMS_FAILURES } from './failures.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { AlarmTags } from './service.ts';

export const refuse = (parameter: string, value: unknown, expected: string): Failure =>
  new Failure(METRICS_ALARMS_FAILURES.parameterInvalid, { parameter, value: shown(value), expected });

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
};

export function acceptedText(
  parameter: string,
  value: unknown,
  length: { readonly min: number; readonly max: number },
): string {
  if (typeof value !== 'string' || value.length < length.min || value.length > length.max) {
    throw refuse(parameter, value, `text of ${length.min} to ${length.max} characters`);
  }
  return storableText(value);
}

export function acceptedAlarmName(value: unknown): string {
  const name = acceptedText('AlarmName', value, { min: 1, max: LIMITS.nameLengthMax });
  if (/[\u0000-\u001f\u007f]/.test(name)) throw refuse('AlarmName', value, 'text without control characters');
  return name;
}

export function acceptedOneOf<const T extends string>(parameter: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw refuse(parameter, value, `one of ${choices.join(', ')}`);
  return found;
}

export function acceptedInteger(
  parameter: string,
  value: unknown,
  range: { readonly min: number; readonly max: number },
): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < range.min || value > range.max) {
    throw refuse(parameter, value, `a whole number from ${range.min} to ${range.max}`);
  }
  return value;
}

/** CloudWatch's range of values: no NaN, no infinity, nothing beyond 2^360. */
export function acceptedThreshold(parameter: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 2 ** 360) {
    throw refuse(parameter, value, 'a number between -2^360 and 2^360');
  }
  return value;
}

const ACTION = /^(arn:[!-~]+|holdfast:notify(:[A-Za-z0-9_.-]{1,60}=[^\u0000-\u001f]{1,200})?)$/;

/** An ARN of any service, because Terraform and CDK hand them over as they are, or a label for notify. */
export function acceptedActions(parameter: string, values: readonly string[] | undefined): readonly string[] {
  if (values === undefined) return [];
  if (values.length > LIMITS.actionsPerStateMax) {
    throw refuse(parameter, `${values.length} actions`, `at most ${LIMITS.actionsPerStateMax} actions`);
  }
  return values.map((value) => {
    const action = acceptedText(parameter, value, { min: 1, max: LIMITS.actionLengthMax });
    if (!ACTION.test(action))
      throw refuse(parameter, value, 'an ARN, holdfast:notify or holdfast:notify:<label>=<value>');
    return action;
  });
}

const TAG_SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;

export function acceptedTags(tags: AlarmTags | undefined): AlarmTags {
  const entries = Object.entries(tags ?? {});
  if (entries.length > LIMITS.tagsMax) throw refuse('Tags', `${entries.length} tags`, `at most ${LIMITS.tagsMax} tags`);
  for (const [key, value] of entries) {
    acceptedText('Tags.Key', key, { min: 1, max: LIMITS.tagKeyLengthMax });
    acceptedText('Tags.Value', value, { min: 0, max: LIMITS.tagValueLengthMax });
    if (key.toLowerCase().startsWith('aws:')) throw refuse('Tags.Key', key, 'a key that does not begin with aws:');
    // A misspelt severity would be found out in the night that matters.
    if (key === 'severity') acceptedOneOf('the tag severity', value, TAG_SEVERITIES);
    if (key === 'holdfast:raise') acceptedOneOf('the tag holdfast:raise', value, ['on', 'off']);
  }
  return Object.fromEntries(entries.map(([key, value]) => [storableText(key), storableText(value)]));
}
