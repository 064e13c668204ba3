import type { DatabaseStatus, NamedPoints, RestoreTarget, Snapshot } from '../api/types.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far the newest restorable moment lies before the moment that the status is of; undefined when there is none. */
export function behindMs({ stream, ranges }: DatabaseStatus, atMs: number): number | undefined {
  const toMs = stream.restorableToMs ?? ranges.at(-1)?.toMs;
  return toMs === undefined ? undefined : Math.max(0, atMs - toMs);
}

/** The stretches without the timelines: what can be had back to the second, oldest first, none overlapping. */
export function stretchesOf(ranges: DatabaseStatus['ranges']): readonly Stretch[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of ranges.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else joined.push({ fromMs, toMs });
  }
  return joined;
}

/** What lies between the stretches since `sinceMs` and cannot be had back to the second. */
export const gapsOf = (stretches: readonly Stretch[], sinceMs: number): readonly Stretch[] =>
  stretches
    .slice(1)
    .map((stretch, index) => ({ fromMs: stretches[index]?.toMs ?? stretch.fromMs, toMs: stretch.fromMs }))
    .filter(({ toMs }) => toMs > sinceMs);

export const isRestorable = (stretches: readonly Stretch[], timeMs: number): boolean =>
  stretches.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs);

const HOUR_MS = 3_600_000;

/** `24 h`, `7 d`: a day or two are said in hours, as people do of a window. */
export const spanWords = (ms: number): string =>
  ms <= 48 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / (24 * HOUR_MS))} d`;

const SECOND_MS = 1000;

/** Whole seconds, held within what the strip shows. */
export const toSecond = (timeMs: number, { fromMs, toMs }: Stretch): number =>
  Math.min(Math.max(Math.round(timeMs / SECOND_MS) * SECOND_MS, Math.ceil(fromMs)), Math.floor(toMs));

/** What is picked, as it stands in the address: a time, or a snapshot or named point by its name. */
export type Picked =
  | { readonly type: 'latest' }
  | { readonly type: 'time'; readonly timeMs: number }
  | { readonly type: 'snapshot'; readonly id: string }
  | { readonly type: 'point'; readonly name: string };

export function readPicked(text: string | undefined): Picked | undefined {
  if (text === undefined) return undefined;
  if (text === 'latest') return { type: 'latest' };
  if (text.startsWith('snapshot:')) return { type: 'snapshot', id: text.slice('snapshot:'.length) };
  if (text.startsWith('point:')) return { type: 'point', name: text.slice('point:'.length) };
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : { type: 'time', timeMs };
}

export function writePicked(picked: Picked): string {
  switch (picked.type) {
    case 'latest':
      return 'latest';
    case 'time':
      return new Date(picked.timeMs).toISOString();
    case 'snapshot':
      return `snapshot:${picked.id}`;
    case 'point':
      return `point:${picked.name}`;
  }
}

export function targetOf(picked: Picked): RestoreTarget {
  switch (picked.type) {
    case 'latest':
      return {};
    case 'time':
      return { timeMs: picked.timeMs };
    case 'snapshot':
      return { snapshot: picked.id };
    case 'point':
      return { name: picked.name };
  }
}

/** Where on the strips the picked thing lies; undefined while it is not known. */
export function timeOf(
  picked: Picked | undefined,
  known: {
    readonly snapshots: readonly Snapshot[];
    readonly points: NamedPoints['points'];
    readonly latestMs?: number;
  },
): number | undefined {
  switch (picked?.type) {
    case 'time':
      return picked.timeMs;
    case 'snapshot':
      return known.snapshots.find(({ id }) => id === picked.id)?.endedMs;
    case 'point':
      return known.points.find(({ name }) => name === picked.name)?.timeMs;
    case 'latest':
      return known.latestMs;
    default:
      return undefined;
  }
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function targetFlag(picked: Picked): string {
  switch (picked.type) {
    case 'latest':
      return '--to latest';
    case 'time':
      return `--to ${new Date(picked.timeMs).toISOString()}`;
    case 'snapshot':
      return `--snapshot ${quoted(picked.id)}`;
    case 'point':
      return `--name ${quoted(picked.name)}`;
  }
}

/** The same restore as a command, exactly as it is typed. */
export function restoreCommand(name: string, picked: Picked, into: string, port: string): string {
  const where = `--into ${into === '' ? '<folder>' : quoted(into)}`;
  const started = port === '' ? '' : ` --port ${port}`;
  return `bin/holdfast restore apply -d ${name} \\\n  ${targetFlag(picked)} \\\n  ${where}${started}`;
}
