import { Failure, isFailure } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { errorCode } from './zone-files.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const AWAY = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENODEV',
  'ENXIO',
  'ESTALE',
  'ENOTCONN',
  'EHOSTDOWN',
]);

/** What a file operation that failed means to the caller; an abort passes through as it is. */
export function diskFailure(
  error: unknown,
  context: { readonly zone: string; readonly name: string; readonly signal?: AbortSignal | undefined },
): unknown {
  if (isFailure(error) || context.signal?.aborted === true) return error;
  const code = errorCode(error);
  if (code === undefined) return error;
  const details = { zone: context.zone, name: context.name, reason: code };
  if (FULL.has(code)) return new Failure(VAULT_FAILURES.diskFull, details, { cause: error });
  if (AWAY.has(code)) return new Failure(VAULT_FAILURES.zoneAway, details, { cause: error });
  return new Failure(VAULT_FAILURES.writeFailed, details, { cause: error });
}
