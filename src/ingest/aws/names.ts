import { Failure } from '../../base/index.ts';
import { AWS_FAILURES } from './failures.ts';

/** The Amazon resource names of what Holdfast holds. */
export interface Names {
  readonly accountId: string;
  readonly region: string;
  /** Without the `:*` that some answers carry. */
  readonly logGroupArn: (logGroup: string) => string;
  readonly logStreamArn: (logGroup: string, logStream: string) => string;
  readonly userArn: (name: string) => string;
  /** Name of the group behind a name or an ARN. Throws `aws.parameter-invalid` for an ARN of something else. */
  readonly logGroupOf: (identifier: string) => string;
  /** The same for a member that takes an ARN only. */
  readonly logGroupOfArn: (arn: string) => string;
}

const GROUP_ARN = /^arn:aws[a-z-]*:logs:[a-z0-9-]*:(\d{12})?:log-group:([.\-_/#A-Za-z0-9]{1,512})$/;

export function createNames(account: { readonly accountId: string; readonly region: string }): Names {
  const { accountId, region } = account;
  const logGroupArn = (logGroup: string): string => `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}`;
  const logGroupOfArn = (arn: string): string => {
    const match = GROUP_ARN.exec(arn);
    if (match?.[2] === undefined) {
      throw new Failure(AWS_FAILURES.parameterInvalid, { reason: 'The specified ARN is not that of a log group.' });
    }
    if (match[1] !== undefined && match[1] !== accountId) {
      const reason = `The specified ARN belongs to the account ${match[1]}; this is the account ${accountId}.`;
      throw new Failure(AWS_FAILURES.parameterInvalid, { reason });
    }
    return match[2];
  };
  return {
    accountId,
    region,
    logGroupArn,
    logStreamArn: (logGroup, logStream) => `${logGroupArn(logGroup)}:log-stream:${logStream}`,
    userArn: (name) => `arn:aws:iam::${accountId}:user/${name}`,
    logGroupOf: (identifier) => (identifier.startsWith('arn:') ? logGroupOfArn(identifier) : identifier),
    logGroupOfArn,
  };
}
