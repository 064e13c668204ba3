import type { StorageClass } from '../../telemetry/index.ts';
import { parameterInvalid } from './operation.ts';

export type LogGroupClass = 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';

/** Throws `aws.parameter-invalid` for the class that Holdfast does not have. */
export function storageClassOf(logGroupClass: LogGroupClass | undefined): StorageClass | undefined {
  if (logGroupClass === 'DELIVERY') {
    throw parameterInvalid('The log group class DELIVERY is not offered; use STANDARD or INFREQUENT_ACCESS.');
  }
  if (logGroupClass === undefined) return undefined;
  return logGroupClass === 'STANDARD' ? 'standard' : 'infrequent';
}

export const logGroupClassOf = (storageClass: StorageClass): LogGroupClass =>
  storageClass === 'standard' ? 'STANDARD' : 'INFREQUENT_ACCESS';
