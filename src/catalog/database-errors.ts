import { Failure, isFailure } from '../base/index.ts';
import { CATALOG_FAILURES } from './failures.ts';

/** The SQLSTATE (PostgreSQL, appendix A) or the system's code such as ECONNREFUSED; undefined when there is none. */
export function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** 40001 serialization_failure and 40P01 deadlock_detected: the same work may pass when it runs again. */
export const isCollision = (error: unknown): boolean => {
  const code = errorCodeOf(error);
  return code === '40001' || code === '40P01';
};

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // too_many_connections, and the three ways in which a server says that it is going or not ready.
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

// The driver has no codes for these; they are all of its messages for a connection that is gone or not to be had.
const CONNECTION_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

const isConnectionLoss = (error: unknown): boolean => {
  const code = errorCodeOf(error);
  if (code !== undefined && (CONNECTION_CODES.has(code) || code.startsWith('08'))) return true;
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
};

/** What the rest of the program sees: `catalog.unavailable` for a lost connection, any other error as it is. */
export function asCatalogError(error: unknown): unknown {
  if (isFailure(error) || !isConnectionLoss(error)) return error;
  const reason = errorCodeOf(error) ?? (error instanceof Error ? error.message : 'connection lost');
  return new Failure(CATALOG_FAILURES.unavailable, { reason }, { cause: error, retryAfterSeconds: 1 });
}
