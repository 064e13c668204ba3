import { formatLsn, parseLsn } from '../protocol/index.ts';
import type { Lsn } from '../types.ts';

export const WAL_KINDS = {
  segment: 'backup-wal',
  part: 'backup-wal-part',
  timeline: 'backup-timeline',
  point: 'backup-point',
} as const;

/** Version of the facts below; see docs/formats/backup-wal.md. */
export const WAL_FACTS_VERSION = 1;

export type FactValue = string | number | boolean | null;
export type Facts = Readonly<Record<string, FactValue>>;

/** What the facts of a segment or part say: enough to know the restorable range without reading a byte of WAL. */
export interface WalRange {
  readonly source: string;
  readonly systemId: string;
  readonly serverMajor: number;
  readonly walSegmentBytes: number;
  readonly timeline: number;
  readonly fromLsn: Lsn;
  /** Exclusive. */
  readonly toLsn: Lsn;
  /** Begin of the last whole record before `toLsn`: a resumed stream is held to it. */
  readonly lastRecordLsn: Lsn | undefined;
  readonly firstCommitMs: number | undefined;
  readonly lastCommitMs: number | undefined;
  readonly commits: number;
  /** 0 for a part as it was received; merged parts and segments are higher. */
  readonly level: number;
  /** The middle of a record whose checksum was not known yet; counts only when another part confirms this attempt. */
  readonly provisional: string | undefined;
  readonly confirms: string | undefined;
}

/** A range with the vault item that holds its bytes. */
export interface WalItem extends WalRange {
  readonly id: string;
  readonly kind: typeof WAL_KINDS.segment | typeof WAL_KINDS.part;
  readonly retainUntilMs: number;
}

export const rangeFacts = (range: WalRange): Facts => ({
  version: WAL_FACTS_VERSION,
  source: range.source,
  systemId: range.systemId,
  serverMajor: range.serverMajor,
  walSegmentBytes: range.walSegmentBytes,
  timeline: range.timeline,
  fromLsn: formatLsn(range.fromLsn),
  toLsn: formatLsn(range.toLsn),
  lastRecordLsn: range.lastRecordLsn === undefined ? null : formatLsn(range.lastRecordLsn),
  firstCommitMs: range.firstCommitMs ?? null,
  lastCommitMs: range.lastCommitMs ?? null,
  commits: range.commits,
  level: range.level,
  provisional: range.provisional ?? null,
  confirms: range.confirms ?? null,
});

type UnknownFacts = Readonly<Record<string, unknown>>;

export const textFact = (facts: UnknownFacts, name: string): string | undefined => {
  const value = facts[name];
  return typeof value === 'string' ? value : undefined;
};

export const numberFact = (facts: UnknownFacts, name: string): number | undefined => {
  const value = facts[name];
  return typeof value === 'number' ? value : undefined;
};

/** A position in the facts; undefined when it is missing or not in PostgreSQL's form. */
export function lsnFact(facts: UnknownFacts, name: string): Lsn | undefined {
  const text = textFact(facts, name);
  return text !== undefined && /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i.test(text) ? parseLsn(text) : undefined;
}

/** Undefined for facts of another version or without what a range needs. */
export function parseRange(facts: UnknownFacts): WalRange | undefined {
  const source = textFact(facts, 'source');
  const systemId = textFact(facts, 'systemId');
  const timeline = numberFact(facts, 'timeline');
  const walSegmentBytes = numberFact(facts, 'walSegmentBytes');
  const fromLsn = lsnFact(facts, 'fromLsn');
  const toLsn = lsnFact(facts, 'toLsn');
  if (facts['version'] !== WAL_FACTS_VERSION || source === undefined || systemId === undefined) return undefined;
  if (timeline === undefined || walSegmentBytes === undefined) return undefined;
  if (fromLsn === undefined || toLsn === undefined || toLsn <= fromLsn) return undefined;
  return {
    ...{ source, systemId, timeline, walSegmentBytes, fromLsn, toLsn },
    serverMajor: numberFact(facts, 'serverMajor') ?? 0,
    lastRecordLsn: lsnFact(facts, 'lastRecordLsn'),
    firstCommitMs: numberFact(facts, 'firstCommitMs'),
    lastCommitMs: numberFact(facts, 'lastCommitMs'),
    commits: numberFact(facts, 'commits') ?? 0,
    level: numberFact(facts, 'level') ?? 0,
    provisional: textFact(facts, 'provisional'),
    confirms: textFact(facts, 'confirms'),
  };
}

/** The facts of several adjoining ranges as those of one. */
export function joinRanges(ranges: readonly WalRange[], first: WalRange, last: WalRange): WalRange {
  const firsts = ranges.flatMap(({ firstCommitMs }) => (firstCommitMs === undefined ? [] : [firstCommitMs]));
  const lasts = ranges.flatMap(({ lastCommitMs }) => (lastCommitMs === undefined ? [] : [lastCommitMs]));
  return {
    ...first,
    toLsn: last.toLsn,
    lastRecordLsn: ranges.reduce<Lsn | undefined>((found, range) => range.lastRecordLsn ?? found, undefined),
    firstCommitMs: firsts.length === 0 ? undefined : Math.min(...firsts),
    lastCommitMs: lasts.length === 0 ? undefined : Math.max(...lasts),
    commits: ranges.reduce((sum, { commits }) => sum + commits, 0),
    level: Math.max(...ranges.map(({ level }) => level)) + 1,
    provisional: undefined,
    confirms: undefined,
  };
}
