import { clip, Failure } from '../base/index.ts';
import { LOGS_FAILURES } from './failures.ts';
import { LOGS_LIMITS } from './limits.ts';

/** The days that CloudWatch Logs offers (PutRetentionPolicy); 0 keeps for ever. */
export const RETENTION_DAYS: readonly number[] = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const NAME_LENGTH_MAX = 512;
const SHOWN_MAX = 80;

/** Throws `logs.group-name-invalid`; the rules of CreateLogGroup. */
export function checkGroupName(name: string): void {
  const refuse = (reason: string): Failure =>
    new Failure(LOGS_FAILURES.groupNameInvalid, { logGroup: clip(name, SHOWN_MAX), reason });
  if (name.length < 1 || name.length > NAME_LENGTH_MAX) throw refuse(`it has ${name.length} characters`);
  const wrong = /[^A-Za-z0-9._\-/#]/u.exec(name)?.[0];
  if (wrong !== undefined) throw refuse(`it holds ${JSON.stringify(wrong)}`);
  if (name.startsWith('aws/')) throw refuse('names that begin with aws/ are reserved');
}

/** Throws `logs.stream-name-invalid`; the rules of CreateLogStream. Control characters are refused too. */
export function checkStreamName(name: string): void {
  const refuse = (reason: string): Failure =>
    new Failure(LOGS_FAILURES.streamNameInvalid, { logStream: clip(name, SHOWN_MAX), reason });
  if (name.length < 1 || name.length > NAME_LENGTH_MAX) throw refuse(`it has ${name.length} characters`);
  const wrong = /[:*\p{Cc}\p{Cs}]/u.exec(name)?.[0];
  if (wrong !== undefined) throw refuse(`it holds ${JSON.stringify(wrong)}`);
}

/** Throws `logs.retention-invalid`. */
export function checkRetention(retentionDays: number): void {
  if (RETENTION_DAYS.includes(retentionDays)) return;
  throw new Failure(LOGS_FAILURES.retentionInvalid, { retentionDays, choices: RETENTION_DAYS.join(', ') });
}

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Throws `logs.tag-invalid` or `logs.too-many-tags`; the rules of TagResource. */
export function checkTags(logGroup: string, tags: Readonly<Record<string, string>>): void {
  const count = Object.keys(tags).length;
  const max = LOGS_LIMITS.tagsPerGroupMax;
  if (count > max) throw new Failure(LOGS_FAILURES.tooManyTags, { logGroup, count, max });
  for (const [key, value] of Object.entries(tags)) {
    const refuse = (reason: string): Failure =>
      new Failure(LOGS_FAILURES.tagInvalid, { key: clip(key, SHOWN_MAX), reason });
    if (key.length < 1 || key.length > 128) throw refuse(`its key has ${key.length} characters`);
    if (value.length > 256) throw refuse(`its value has ${value.length} characters`);
    if (key.toLowerCase().startsWith('aws:')) throw refuse('keys that begin with aws: are reserved');
    if (!TAG_TEXT.test(key) || !TAG_TEXT.test(value)) throw refuse('it holds a character that is not allowed');
  }
}

/** Throws `logs.limit-invalid` unless `value` is a whole number from 1 to `max`. */
export function checkLimit(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new Failure(LOGS_FAILURES.limitInvalid, { name, value, min: 1, max });
}

/** True when `*` in the pattern, standing for any characters, makes it fit the whole name. Linear in both. */
export function fitsPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
