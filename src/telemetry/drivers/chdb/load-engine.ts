import { createRequire } from 'node:module';
import type { Session } from 'chdb';
import { Failure } from '../../../base/index.ts';
import { TELEMETRY_FAILURES } from '../../failures.ts';

export type ChdbModule = typeof import('chdb');
export type ChdbSession = Session;

/** The package is optional and half a gigabyte: it is loaded when the embedded engine is opened, not before. */
export function loadEngine(): ChdbModule {
  try {
    return createRequire(import.meta.url)('chdb') as ChdbModule;
  } catch (error) {
    throw new Failure(
      TELEMETRY_FAILURES.engineMissing,
      { reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) },
      { cause: error },
    );
  }
}
