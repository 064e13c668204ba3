import { formatLsn, parseLsn } from '../protocol/index.ts';
import type { Snapshot, WalPosition } from '../types.ts';

export const SNAPSHOT_KIND = 'backup-snapshot';

type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** Sorts by the time the snapshot was begun. */
export const snapshotId = (source: string, begunMs: number): string =>
  `${source}-${new Date(begunMs).toISOString().replaceAll(/[-:]/g, '')}`;

/** The facts of the manifest's vault item, from which the catalog is rebuilt without reading manifests. */
export function snapshotFacts(snapshot: Omit<Snapshot, 'itemId' | 'retainUntilMs'>): Facts {
  const { start, stop, settings, pageFailure, ...plain } = snapshot;
  return {
    version: 1,
    ...plain,
    startTimeline: start.timeline,
    startLsn: formatLsn(start.lsn),
    stopTimeline: stop.timeline,
    stopLsn: formatLsn(stop.lsn),
    settings: JSON.stringify(settings),
    ...(pageFailure === undefined ? {} : { pageFailure }),
  };
}

/** Undefined for facts of another form: the item is then left alone and not listed. */
export function snapshotOfItem(item: {
  readonly id: string;
  readonly retainUntilMs: number;
  readonly facts: Readonly<Record<string, unknown>>;
}): Snapshot | undefined {
  const { facts } = item;
  const text = (name: string): string => String(facts[name] ?? '');
  const number = (name: string): number => Number(facts[name] ?? Number.NaN);
  if (facts['version'] !== 1 || text('id') === '' || text('source') === '') return undefined;
  const numbers = {
    serverVersion: number('serverVersion'),
    begunMs: number('begunMs'),
    endedMs: number('endedMs'),
    clusterBytes: number('clusterBytes'),
    newBytes: number('newBytes'),
    files: number('files'),
    walSegmentBytes: number('walSegmentBytes'),
  };
  const start = positionOf(number('startTimeline'), text('startLsn'));
  const stop = positionOf(number('stopTimeline'), text('stopLsn'));
  const settings = settingsOf(text('settings'));
  if (start === undefined || stop === undefined || settings === undefined) return undefined;
  if (Object.values(numbers).some((value) => !Number.isSafeInteger(value))) return undefined;
  const pageFailure = text('pageFailure');
  return {
    id: text('id'),
    itemId: item.id,
    source: text('source'),
    systemId: text('systemId'),
    fromStandby: facts['fromStandby'] === true,
    ...numbers,
    ...{ start, stop, settings },
    retainUntilMs: item.retainUntilMs,
    ...(pageFailure === '' ? {} : { pageFailure }),
  };
}

function positionOf(timeline: number, lsn: string): WalPosition | undefined {
  if (!Number.isSafeInteger(timeline) || !/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/.test(lsn)) return undefined;
  return { timeline, lsn: parseLsn(lsn) };
}

function settingsOf(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined;
  }
}
