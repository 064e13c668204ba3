import type { Failure } from '../../../base/index.ts';

/** 1, 5, 10, 20, 30 or a multiple of 60 seconds; throws what `refuse` makes of the sentence otherwise. */
export function checkPeriod(seconds: number, parameter: string, refuse: (reason: string) => Failure): void {
  if (seconds % 60 === 0 || [1, 5, 10, 20, 30].includes(seconds)) return;
  throw refuse(
    `The value ${seconds} for parameter ${parameter} is invalid. It must be 1, 5, 10, 20, 30 or a multiple of 60.`,
  );
}
