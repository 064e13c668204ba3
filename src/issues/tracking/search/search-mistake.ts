import { Failure } from '../../../base/index.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';

/** What is wrong with a search, where (from 0), and what to write instead. People count from 1. */
export const searchMistake = (at: number, reason: string, advice: string): Failure =>
  new Failure(ISSUES_TRACKING_FAILURES.queryInvalid, { at: at + 1, reason, advice });
