import type { RetentionPlan } from '../api/types.ts';

/** One row of the plan: a thing, or many pieces of WAL that are kept for the same reason. */
export interface RetentionLine {
  readonly what: string;
  readonly reason: string;
  readonly pieces: number;
  /** Absent for what goes. */
  readonly untilMs?: number;
  /** The first of several ends, where the pieces end one after the other. */
  readonly fromMs?: number;
}

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

const isPiece = (what: string): boolean => /^(WAL|pack)\b/.test(what);

/** What differs from piece to piece in the same reason: its own end, which has a column. */
const plainReason = (reason: string): string => reason.replace(INSTANT, 'then');

interface Entry {
  readonly what: string;
  readonly reason: string;
  readonly untilMs?: number;
}

function grouped(entries: readonly Entry[]): readonly RetentionLine[] {
  const pieces = new Map<string, Entry[]>();
  const lines: RetentionLine[] = [];
  for (const entry of entries) {
    if (!isPiece(entry.what)) {
      lines.push({ ...entry, pieces: 1 });
      continue;
    }
    const key = `${entry.what.split(' ')[0] ?? ''}\n${plainReason(entry.reason)}`;
    const group = pieces.get(key);
    if (group === undefined) pieces.set(key, [entry]);
    else group.push(entry);
  }
  for (const [key, group] of pieces) {
    const [kind = '', reason = ''] = key.split('\n');
    const [first] = group;
    if (group.length === 1 && first !== undefined) {
      lines.push({ ...first, pieces: 1 });
      continue;
    }
    const ends = group.flatMap(({ untilMs }) => (untilMs === undefined ? [] : [untilMs])).sort((a, b) => a - b);
    const [fromMs] = ends;
    const untilMs = ends.at(-1);
    lines.push({
      ...{ what: kind, reason, pieces: group.length },
      ...(untilMs === undefined ? {} : { untilMs }),
      ...(fromMs === undefined || fromMs === untilMs ? {} : { fromMs }),
    });
  }
  return lines;
}

/** What goes first, then what stays; the pieces of WAL, of which there are thousands, as one row for each reason. */
export const retentionLines = ({ keeps, removals }: RetentionPlan): readonly RetentionLine[] => [
  ...grouped(removals),
  ...grouped(keeps),
];
