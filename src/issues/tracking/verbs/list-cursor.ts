import { createHash } from 'node:crypto';
import { Failure } from '../../../base/index.ts';
import type { IssueQuery } from '../../types.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';

/** Where a page ended: between two issues, by what the list is ordered by and then by number. It grants nothing. */
export interface ListCursor {
  readonly value: number;
  readonly id: number;
}

/** What must stay the same from page to page. The range may move on with the clock. */
const fingerprintOf = ({ query, projectIds, environment, sort }: IssueQuery): string =>
  createHash('sha256')
    .update(JSON.stringify([query, projectIds ?? [], environment ?? '', sort]))
    .digest('base64url')
    .slice(0, 12);

export const writeCursor = (query: IssueQuery, { value, id }: ListCursor): string =>
  Buffer.from(`${fingerprintOf(query)}.${value}.${id}`, 'utf8').toString('base64url');

/** Throws `tracking.cursor-invalid`. */
export function readCursor(query: IssueQuery): ListCursor | undefined {
  if (query.cursor === undefined || query.cursor === '') return undefined;
  const text = query.cursor.length > 200 ? '' : Buffer.from(query.cursor, 'base64url').toString('utf8');
  const parts = /^([\w-]{12})\.(-?\d{1,15})\.(\d{1,15})$/.exec(text);
  if (parts === null || parts[1] !== fingerprintOf(query)) {
    throw new Failure(ISSUES_TRACKING_FAILURES.cursorInvalid);
  }
  return { value: Number(parts[2]), id: Number(parts[3]) };
}
