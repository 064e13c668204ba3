import { Failure } from '../../../base/index.ts';
import type { Names } from '../names.ts';
import { CLOUDWATCH_FAILURES } from './failures.ts';
import { parameterInvalid } from './operation.ts';

const ARN = /^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]*:(\d{12}):([a-z-]+)[:/](.{1,255})$/s;

/** Name of the alarm behind an ARN; alarms are the only resources here that carry tags. */
export function alarmOfArn(arn: string, names: Names): string {
  const match = ARN.exec(arn);
  if (match?.[3] === undefined) throw parameterInvalid(`The value ${arn} for parameter ResourceARN is invalid.`);
  if (match[1] !== names.accountId || match[2] !== 'alarm') {
    const reason = `The resource ${arn} does not exist; only alarms of the account ${names.accountId} have tags.`;
    throw new Failure(CLOUDWATCH_FAILURES.resourceNotFound, { reason, resource: arn });
  }
  return match[3];
}

const OWN_ARN = /\barn:aws[a-z-]*:cloudwatch:[a-z0-9-]*:(\d{12}):alarm:/g;

/**
 * ARNs of alarms in the texts that Holdfast wrote, in the region that the caller signed for: one Holdfast answers for
 * every region, and a client that is set to one expects its own.
 */
export const inRegionOf = (names: Names, written: string): string =>
  written.replace(OWN_ARN, (arn, accountId: string) =>
    accountId === names.accountId ? `arn:aws:cloudwatch:${names.region}:${accountId}:alarm:` : arn,
  );
