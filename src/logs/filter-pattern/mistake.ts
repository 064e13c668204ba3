import { Failure } from '../../base/index.ts';
import { LOGS_FAILURES } from '../failures.ts';

/** The mistake at a UTF-16 offset of a pattern; columns start at 1. */
export const mistake = (offset: number, reason: string, remedy: string): Failure =>
  new Failure(LOGS_FAILURES.filterPatternInvalid, { column: offset + 1, offset, reason, remedy });
