import { clip, Failure, storableText } from '../base/index.ts';
import { WORKBOOKS_FAILURES } from './failures.ts';
import { WORKBOOKS_LIMITS } from './limits.ts';

const SHOWN_MAX = 80;

/** The name in Unicode form NFC, so that two ways of typing it are one workbook. Throws `workbooks.name-invalid`. */
export function acceptedName(name: string): string {
  const accepted = name.normalize('NFC');
  const refuse = (reason: string): Failure =>
    new Failure(WORKBOOKS_FAILURES.nameInvalid, { workbook: JSON.stringify(clip(name, SHOWN_MAX)), reason });
  const max = WORKBOOKS_LIMITS.nameCharsMax;
  if (accepted.length < 1 || accepted.length > max) throw refuse(`it has ${accepted.length} characters`);
  if (accepted !== accepted.trim()) throw refuse('it begins or ends with a space');
  const wrong = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.exec(accepted)?.[0];
  if (wrong !== undefined) throw refuse(`it holds ${JSON.stringify(wrong)}`);
  return accepted;
}

/** Throws `workbooks.text-invalid`. Line ends and tabs are allowed in messages alone. */
export function acceptedText(field: 'author' | 'message' | 'client key', text: string, charsMax: number): string {
  const refuse = (reason: string): Failure => new Failure(WORKBOOKS_FAILURES.textInvalid, { field, reason });
  if (text.length > charsMax) throw refuse(`it has ${text.length} characters, and ${charsMax} are the most`);
  if (storableText(text) !== text) throw refuse('it is not well-formed text');
  const control = field === 'message' ? /[^\P{Cc}\n\r\t]/u : /\p{Cc}/u;
  if (control.test(text)) throw refuse('it holds a control character');
  return text;
}

/** Throws `workbooks.retention-invalid`. */
export function acceptedRetention(retentionDays: number): number {
  const max = WORKBOOKS_LIMITS.retentionDaysMax;
  if (Number.isInteger(retentionDays) && retentionDays >= 1 && retentionDays <= max) return retentionDays;
  throw new Failure(WORKBOOKS_FAILURES.retentionInvalid, { retentionDays, max });
}

/** Throws `workbooks.limit-invalid`. */
export function acceptedLimit(value: number): number {
  const max = WORKBOOKS_LIMITS.listPageMax;
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Failure(WORKBOOKS_FAILURES.limitInvalid, { name: 'limit', value, max });
}

/** Page tokens are the base64url of where the page ended; they grant nothing. */
export const writeToken = (position: string): string => Buffer.from(position, 'utf8').toString('base64url');

/** Throws `workbooks.token-invalid`. */
export function readToken(token: string, form: RegExp): string {
  const position = Buffer.from(token, 'base64url').toString('utf8');
  if (token.length > 2_000 || !form.test(position) || writeToken(position) !== token) {
    throw new Failure(WORKBOOKS_FAILURES.tokenInvalid);
  }
  return position;
}
