import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { NotComparable } from '../types.ts';
import { type BookDifference, diffBooks } from './diff-books.ts';
import { readBook } from './read-book.ts';

export type BooksCompared =
  | { readonly type: 'compared'; readonly difference: BookDifference }
  | {
      readonly type: 'not-comparable';
      readonly reason: NotComparable;
      readonly side: 'from' | 'to' | 'both';
      readonly detail: string;
    };

/** What the thread does; it never throws for any bytes. */
export async function compareBooks(from: Uint8Array, to: Uint8Array): Promise<BooksCompared> {
  const old = await readBook(from);
  if (old.type === 'problem') return { ...old, type: 'not-comparable', side: 'from' };
  const current = await readBook(to);
  if (current.type === 'problem') return { ...current, type: 'not-comparable', side: 'to' };
  const { compareDetailsMax, compareTextChars } = WORKBOOKS_LIMITS;
  const limits = { detailsMax: compareDetailsMax, textChars: compareTextChars };
  return { type: 'compared', difference: diffBooks(old.sheets, current.sheets, limits) };
}
