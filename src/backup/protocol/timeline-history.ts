import { Failure } from '../../base/index.ts';
import type { Lsn, TimelineHistory } from '../types.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { parseLsn } from './lsn.ts';

/**
 * Reads the text of a history file: a line for each earlier timeline with the position at which it was left, oldest
 * first (readTimeLineHistory of PostgreSQL).
 */
export function parseTimelineHistory(timeline: number, text: string): TimelineHistory {
  const parents: { readonly timeline: number; readonly switchLsn: Lsn }[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [parent = '', lsn = ''] = trimmed.split(/\s+/);
    const number = Number(parent);
    const before = parents.at(-1)?.timeline ?? 0;
    if (!Number.isInteger(number) || number <= before || number >= timeline) {
      const reason = `the history of timeline ${timeline} names the timeline "${parent}" out of order`;
      throw new Failure(BACKUP_PROTOCOL_FAILURES.messageBroken, { reason });
    }
    parents.push({ timeline: number, switchLsn: parseLsn(lsn) });
  }
  return { timeline, text, parents };
}
