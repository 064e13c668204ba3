import type { Clock, Log } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import { formatLsn } from '../protocol/index.ts';
import type { Lsn, NamedPoint, TimelineHistory, WalPosition, WalReader, WalStretch } from '../types.ts';
import { type CompactContext, compactLeftovers, compactSegment, mergeParts, once, renewLocks } from './compact.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import { loadIndexes } from './load-index.ts';
import { createPartWriter, type NewPart, type PartWriter } from './part-writer.ts';
import { createRecentBytes, type RecentBytes, readRange, segmentBounds } from './read-wal.ts';
import { rangeFacts, WAL_FACTS_VERSION, WAL_KINDS, type WalItem, type WalRange } from './wal-facts.ts';
import { createWalIndex, type StoredPoint, type StoredTimeline, type WalIndex } from './wal-index.ts';

/** The WAL of all sources in the vault: what it holds, and how more comes in. */
export interface WalArchive extends WalReader {
  /** Reads the facts of all items in the vault; before anything else, and again after items were removed. */
  readonly load: () => Promise<void>;
  readonly sources: () => readonly string[];
  readonly stretches: (source: string) => Promise<readonly WalStretch[]>;
  readonly timelines: (source: string) => Promise<readonly TimelineHistory[]>;
  readonly namedPoints: (source: string) => Promise<readonly NamedPoint[]>;
  /** The items that the chains of a source stand on, for retention: what is not among them is superseded. */
  readonly living: (source: string) => {
    readonly wal: readonly WalItem[];
    readonly timelines: readonly StoredTimeline[];
    readonly points: readonly StoredPoint[];
  };
  /** After items were removed from the vault. */
  readonly forget: (source: string, ids: ReadonlySet<string>) => void;
  readonly open: (source: SourceArchiveSettings) => SourceArchive;
}

export interface SourceArchiveSettings {
  readonly source: string;
  readonly systemId: string;
  readonly serverMajor: number;
  readonly walSegmentBytes: number;
  readonly windowMs: number;
  readonly onDurable?: (part: DurablePart) => void;
  /** The vault takes nothing; undefined when it does again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface DurablePart {
  readonly timeline: number;
  readonly fromLsn: Lsn;
  readonly toLsn: Lsn;
  readonly firstCommitMs: number | undefined;
  readonly lastCommitMs: number | undefined;
  readonly commits: number;
  /** From the receipt of its first byte to the write quorum. */
  readonly tookMs: number;
}

/** Where the WAL of one source goes while it is streamed. One at a time for a source. */
export interface SourceArchive {
  readonly end: () => ReturnType<WalIndex['end']>;
  readonly append: PartWriter['append'];
  readonly pendingBytes: () => number;
  readonly drained: PartWriter['drained'];
  readonly storeTimeline: (history: TimelineHistory) => Promise<void>;
  /** A named point goes to the vault before the WAL that holds it, so that no durable point is without its name. */
  readonly storePoint: (point: NamedPoint) => Promise<void>;
  /** Compacts, merges and renews locks once; the stream calls it on its beat. */
  readonly tend: (signal?: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface ArchiveDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

export function createWalArchive(deps: ArchiveDeps): WalArchive {
  let indexes = new Map<string, WalIndex>();
  const of = (source: string): WalIndex => {
    const known = indexes.get(source) ?? createWalIndex();
    indexes.set(source, known);
    return known;
  };
  return {
    load: async () => {
      indexes = await loadIndexes(deps.vault, deps.log);
    },
    sources: () => [...indexes.keys()].sort(),
    stretches: async (source) => of(source).stretches(),
    timelines: async (source) =>
      of(source)
        .timelines()
        .map(({ history }) => history),
    namedPoints: async (source) => pointsWithin(of(source)),
    living: (source) => ({
      wal: of(source).living(),
      timelines: of(source).timelines(),
      points: of(source).points(),
    }),
    forget: (source, ids) => of(source).forget(ids),
    open: (settings) => openSourceArchive(deps, () => of(settings.source), settings),
    segment: async (source, timeline, segmentNumber, walSegmentBytes, signal) => {
      const fromLsn = segmentNumber * BigInt(walSegmentBytes);
      const { toLsn } = segmentBounds(fromLsn, walSegmentBytes);
      const cover = of(source).cover(timeline, fromLsn, toLsn);
      if (cover.length === 0) return undefined;
      const bytes = new Uint8Array(walSegmentBytes);
      const { vault } = deps;
      const filled = await readRange({ vault, cover, fromLsn, bytes, ...(signal === undefined ? {} : { signal }) });
      return filled === 0 ? undefined : bytes;
    },
  };
}

/** A point whose WAL did not become durable is not offered. */
function pointsWithin(index: WalIndex): readonly NamedPoint[] {
  const stretches = index.stretches();
  const isHeld = ({ timeline, lsn }: WalPosition): boolean =>
    stretches.some((stretch) => stretch.timeline === timeline && stretch.fromLsn < lsn && lsn <= stretch.toLsn);
  return index
    .points()
    .map(({ point }) => point)
    .filter(({ position }) => isHeld(position))
    .sort((a, b) => a.timeMs - b.timeMs);
}

interface SourceContext {
  readonly deps: ArchiveDeps;
  readonly settings: SourceArchiveSettings;
  readonly index: () => WalIndex;
  readonly recent: RecentBytes;
  readonly segmentKeptMs: number;
}

function openSourceArchive(deps: ArchiveDeps, index: () => WalIndex, settings: SourceArchiveSettings): SourceArchive {
  const { clock, log } = deps;
  const heldSegments = 1 + BACKUP_WAL_LIMITS.segmentsWaitingMax;
  const context: SourceContext = {
    ...{ deps, settings, index },
    recent: createRecentBytes(Math.min(heldSegments * settings.walSegmentBytes, 2 * BACKUP_WAL_LIMITS.pendingBytesMax)),
    segmentKeptMs: settings.windowMs + BACKUP_WAL_LIMITS.walMarginMs,
  };
  const { recent, segmentKeptMs } = context;
  const compactContext = (): CompactContext => ({ ...deps, index: index(), recent, segmentKeptMs });
  let background: Promise<void> = Promise.resolve();
  // One at a time, behind the stream's back; what fails here is done by the next tending.
  const later = (what: string, task: () => Promise<unknown>): void => {
    background = background.then(task).then(
      () => undefined,
      (error: unknown) => log.warn({ error, source: settings.source }, `${what} failed; it is tried again`),
    );
  };
  const stored = new Map<string, WalItem>();
  const writer = createPartWriter({
    walSegmentBytes: settings.walSegmentBytes,
    clock,
    put: async (part, signal) => {
      stored.set(keyOf(part), await putPart(context, part, signal));
    },
    onDurable: (part) => {
      const item = stored.get(keyOf(part));
      stored.delete(keyOf(part));
      if (item !== undefined) index().add(item);
      if (part.provisional !== undefined) return;
      settings.onDurable?.({ ...part, tookMs: clock.monotonicMs() - part.openedMs });
      const { timeline } = part;
      const { walSegmentBytes } = settings;
      if (part.toLsn % BigInt(walSegmentBytes) !== 0n) return;
      later('compacting a segment', () =>
        compactSegment(compactContext(), { timeline, lsn: part.toLsn - 1n, walSegmentBytes }),
      );
    },
    onTrouble: (error) => settings.onTrouble?.(error),
  });
  return {
    end: () => index().end(),
    append: writer.append,
    pendingBytes: writer.pendingBytes,
    drained: writer.drained,
    storeTimeline: (history) => storeTimeline(context, history),
    storePoint: (point) => storePoint(context, point),
    tend: async (signal) => {
      later('renewing locks', () => renewLocks(compactContext()));
      later('merging parts', () => mergeParts(compactContext()));
      later('compacting segments', () => compactLeftovers(compactContext(), signal));
      await background;
    },
    close: async () => {
      await writer.stop();
      await background;
    },
  };
}

const keyOf = (part: NewPart): string => `${part.timeline}/${part.fromLsn}/${part.toLsn}`;

async function putPart(context: SourceContext, part: NewPart, signal: AbortSignal): Promise<WalItem> {
  const { settings, deps } = context;
  const { bytes, openedMs: _openedMs, ...rest } = part;
  const { source, systemId, serverMajor, walSegmentBytes } = settings;
  const range: WalRange = { source, systemId, serverMajor, walSegmentBytes, level: 0, ...rest };
  const kept = await deps.vault.put(once(bytes), {
    kind: WAL_KINDS.part,
    facts: rangeFacts(range),
    retainUntilMs: deps.clock.nowMs() + Math.min(BACKUP_WAL_LIMITS.partLockMs, context.segmentKeptMs),
    signal,
  });
  context.recent.add(kept.id, bytes);
  return { ...range, id: kept.id, kind: WAL_KINDS.part, retainUntilMs: kept.retainUntilMs };
}

async function storeTimeline(context: SourceContext, history: TimelineHistory): Promise<void> {
  const { settings, deps, segmentKeptMs } = context;
  const known = context.index().timelines();
  if (known.some((stored) => stored.history.timeline === history.timeline && stored.history.text === history.text)) {
    return;
  }
  const { source, systemId } = settings;
  const kept = await deps.vault.put(once(Buffer.from(history.text)), {
    kind: WAL_KINDS.timeline,
    facts: { version: WAL_FACTS_VERSION, source, systemId, timeline: history.timeline },
    retainUntilMs: deps.clock.nowMs() + segmentKeptMs,
  });
  context.index().addTimeline({ id: kept.id, history, retainUntilMs: kept.retainUntilMs });
}

async function storePoint(context: SourceContext, point: NamedPoint): Promise<void> {
  const { settings, deps, segmentKeptMs } = context;
  const { source, systemId } = settings;
  const { name, timeMs, position } = point;
  const lsn = formatLsn(position.lsn);
  const text = JSON.stringify({ source, systemId, name, timeMs, timeline: position.timeline, lsn });
  const kept = await deps.vault.put(once(Buffer.from(text)), {
    kind: WAL_KINDS.point,
    facts: { version: WAL_FACTS_VERSION, source, systemId, name, timeMs, timeline: position.timeline, lsn },
    retainUntilMs: deps.clock.nowMs() + segmentKeptMs,
  });
  context.index().addPoint({ id: kept.id, point, retainUntilMs: kept.retainUntilMs });
}
