import { Failure } from '../base/index.ts';
import { BACKUP_FAILURES } from './failures.ts';
import type { Lsn } from './types.ts';

const FORM = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/;

/** `16/B374D848`, as PostgreSQL writes it. */
export const formatLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;

/** Throws `backup.lsn-invalid`. */
export function parseLsn(text: string): Lsn {
  const [, high, low] = FORM.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new Failure(BACKUP_FAILURES.lsnInvalid, { text });
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
