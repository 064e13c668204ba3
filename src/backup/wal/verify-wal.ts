import { Failure } from '../../base/index.ts';
import { formatLsn } from '../protocol/index.ts';
import type { Lsn, TimelineHistory } from '../types.ts';
import { CRC32C_START, finishCrc32c, updateCrc32c } from './crc32c.ts';
import { BACKUP_WAL_FAILURES } from './failures.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import { checkPageHeader, type PageHeader } from './page-header.ts';
import {
  LONG_HEADER_BYTES,
  leadingTimeMs,
  mainDataOffset,
  PAGE_BYTES,
  RECORD_CRC_OFFSET,
  RECORD_HEADER_BYTES,
  RESOURCE_XACT,
  RESOURCE_XLOG,
  restorePointName,
  SHORT_HEADER_BYTES,
  XACT_ABORT,
  XACT_ABORT_PREPARED,
  XACT_COMMIT,
  XACT_COMMIT_PREPARED,
  XACT_OPERATIONS,
  XLOG_RESTORE_POINT,
  XLOG_SWITCH,
} from './wal-layout.ts';

export interface WalVerifierSettings {
  readonly timeline: number;
  /** Of that timeline, so that pages from before its begin are known by their own number; undefined for the first. */
  readonly history?: TimelineHistory;
  readonly walSegmentBytes: number;
  readonly systemId: string;
  readonly majorVersion: number;
  /** Begin of a segment, or of a record. */
  readonly from: Lsn;
  /** Where the record before `from` began; the first record is held to it. */
  readonly previousRecordLsn?: Lsn;
}

/** What one piece of WAL held. */
export interface WalFindings {
  /** Everything before it is proven: whole records whose checksums and links are right. */
  readonly verifiedTo: Lsn;
  /** Begin of the last whole record; undefined while there was none. */
  readonly lastRecordLsn: Lsn | undefined;
  readonly records: number;
  readonly commits: number;
  readonly firstCommitMs: number | undefined;
  readonly lastCommitMs: number | undefined;
  readonly points: readonly { readonly name: string; readonly timeMs: number; readonly lsn: Lsn }[];
}

export interface WalVerifier {
  /** Takes the bytes that follow the last ones; throws `backup-wal.wal-corrupt`, after which it must not be used. */
  readonly push: (bytes: Uint8Array) => WalFindings;
  /** The position of the next byte. */
  readonly receivedTo: () => Lsn;
  /** Bytes before it belong to a record that began before `from`; only their page headers were checked. */
  readonly checkedFrom: () => Lsn;
}

/** Enough of a record's data for a commit time or the name of a restore point. */
const HEAD_BYTES = 160;

/** One for all records of a stream: memory made anew for each would cost more than its checksum. */
interface OpenRecord {
  start: number;
  totalBytes: number;
  gotBytes: number;
  crc: number;
  readonly header: Buffer;
  readonly head: Buffer;
}

interface State {
  /** Positions are numbers here, exact below 2^53, because a million bigints a second cost more than the checksums. */
  position: number;
  verified: number;
  checkedFrom: number;
  previous: number | undefined;
  last: number | undefined;
  record: OpenRecord | undefined;
  readonly spare: OpenRecord;
  /** Left of the record that began before the first page. */
  skipBytes: number;
  atFirstPage: boolean;
  /** Between a switch record and the end of its segment, where only zeros stand. */
  inTail: boolean;
  carry: Buffer;
  records: number;
  commits: number;
  firstCommitMs: number | undefined;
  lastCommitMs: number | undefined;
  points: { readonly name: string; readonly timeMs: number; readonly lsn: Lsn }[];
}

/**
 * Checks a stream of WAL: page headers, the length, link and CRC-32C of every record, and the zeros between. Every bit
 * from `checkedFrom` to `verifiedTo` is covered, but for the flag of a page that only tells whether a backup ran.
 */
export function createWalVerifier(settings: WalVerifierSettings): WalVerifier {
  const from = Number(settings.from);
  const previous = settings.previousRecordLsn;
  const state: State = {
    ...{ position: from, verified: from, checkedFrom: from, skipBytes: 0, atFirstPage: true, inTail: false },
    ...{ previous: previous === undefined ? undefined : Number(previous), last: undefined, record: undefined },
    spare: { ...{ start: 0, totalBytes: 0, gotBytes: 0, crc: 0 }, ...newRecordMemory() },
    ...{
      carry: Buffer.alloc(0),
      records: 0,
      commits: 0,
      firstCommitMs: undefined,
      lastCommitMs: undefined,
      points: [],
    },
  };
  const context: Context = { settings, state };
  return {
    push: (bytes) => {
      Object.assign(state, { records: 0, commits: 0, firstCommitMs: undefined, lastCommitMs: undefined, points: [] });
      const fresh = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const whole = state.carry.length === 0 ? fresh : Buffer.concat([state.carry, fresh]);
      const used = consume(context, whole);
      state.carry = Buffer.from(whole.subarray(used));
      return findings(state);
    },
    receivedTo: () => BigInt(state.position + state.carry.length),
    checkedFrom: () => BigInt(state.checkedFrom),
  };
}

const newRecordMemory = (): { readonly header: Buffer; readonly head: Buffer } => ({
  header: Buffer.alloc(RECORD_HEADER_BYTES),
  head: Buffer.alloc(HEAD_BYTES),
});

interface Context {
  readonly settings: WalVerifierSettings;
  readonly state: State;
}

const findings = (state: State): WalFindings => ({
  verifiedTo: BigInt(state.verified),
  lastRecordLsn: state.last === undefined ? undefined : BigInt(state.last),
  records: state.records,
  commits: state.commits,
  firstCommitMs: state.firstCommitMs,
  lastCommitMs: state.lastCommitMs,
  points: state.points,
});

const corrupt = ({ settings }: Context, at: number, reason: string): Failure =>
  new Failure(BACKUP_WAL_FAILURES.walCorrupt, { lsn: formatLsn(BigInt(at)), timeline: settings.timeline, reason });

/** Returns how many bytes were used; what is left is the begin of a header. */
function consume(context: Context, bytes: Buffer): number {
  const { state } = context;
  let offset = 0;
  for (;;) {
    const used = step(context, bytes, offset);
    if (used === 0) return offset;
    offset += used;
    state.position += used;
    settle(context);
  }
}

/** One step uses the bytes of one page header, one gap, or one piece of a record within a page. */
function step(context: Context, bytes: Buffer, offset: number): number {
  const { state, settings } = context;
  const available = bytes.length - offset;
  const inPage = state.position % PAGE_BYTES;
  if (inPage === 0) return stepHeader(context, bytes, offset);
  const room = Math.min(available, PAGE_BYTES - inPage);
  if (state.inTail) {
    requireZeros(context, bytes, offset, room);
    if ((state.position + room) % settings.walSegmentBytes === 0) state.inTail = false;
    return room;
  }
  if (state.skipBytes > 0) {
    const used = Math.min(state.skipBytes, room);
    state.skipBytes -= used;
    return used;
  }
  if (state.record !== undefined) return stepRecord(context, state.record, bytes, offset, room);
  const padding = (8 - (state.position % 8)) % 8;
  if (padding > 0) {
    if (available < padding) return 0;
    requireZeros(context, bytes, offset, padding);
    return padding;
  }
  if (available < 4) return 0;
  state.record = openRecord(context, bytes.readUInt32LE(offset));
  return stepRecord(context, state.record, bytes, offset, room);
}

/** Between records, everything so far is proven. */
function settle({ state }: Context): void {
  if (state.record !== undefined || state.skipBytes > 0 || state.inTail || state.position % 8 !== 0) return;
  state.verified = state.position;
  if (state.last === undefined) state.checkedFrom = state.position;
}

function stepHeader(context: Context, bytes: Buffer, offset: number): number {
  const { state, settings } = context;
  const isLong = state.position % settings.walSegmentBytes === 0;
  const length = isLong ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  if (bytes.length - offset < length) return 0;
  const header = bytes.subarray(offset, offset + length);
  // Since version 11 the pages after a switch have no headers, so that they compress to nothing.
  if (state.inTail && isZero(header)) return length;
  const page = checkPageHeader(header, { ...settings, position: state.position, isLong }, (reason) =>
    corrupt(context, state.position, reason),
  );
  checkContinuation(context, page);
  state.atFirstPage = false;
  return length;
}

function checkContinuation(context: Context, page: PageHeader): void {
  const { state } = context;
  const fail = (reason: string): never => {
    throw corrupt(context, state.position, reason);
  };
  if (page.overwritesContrecord) {
    // After a crash in the middle of a record the server gives that record up and begins anew on the next page.
    if (page.isContrecord || page.remainingBytes !== 0) fail('a page that both goes on with a record and gives it up');
    if (state.record === undefined && state.skipBytes === 0 && !state.atFirstPage) fail('no record was to be given up');
    state.record = undefined;
    state.skipBytes = 0;
    return;
  }
  const isFirst = state.atFirstPage && state.position === Number(context.settings.from);
  const due = state.record === undefined ? state.skipBytes : state.record.totalBytes - state.record.gotBytes;
  if (isFirst && page.isContrecord) {
    if (page.remainingBytes === 0 || page.remainingBytes > BACKUP_WAL_LIMITS.recordBytesMax) {
      fail(`${page.remainingBytes} bytes left of a record`);
    }
    state.skipBytes = page.remainingBytes;
    // The next record follows the one whose begin is not here, whatever was known before.
    state.previous = undefined;
  } else if (page.isContrecord !== due > 0 || page.remainingBytes !== due) {
    fail(`the page says that ${page.remainingBytes} bytes are left of its first record, and ${due} are`);
  }
}

function openRecord(context: Context, totalBytes: number): OpenRecord {
  const { state } = context;
  if (totalBytes < RECORD_HEADER_BYTES || totalBytes > BACKUP_WAL_LIMITS.recordBytesMax) {
    throw corrupt(context, state.position, `a record cannot have ${totalBytes} bytes`);
  }
  const record = state.spare;
  record.start = state.position;
  record.totalBytes = totalBytes;
  record.gotBytes = 0;
  record.crc = CRC32C_START;
  return record;
}

function stepRecord(context: Context, record: OpenRecord, bytes: Buffer, offset: number, room: number): number {
  if (record.gotBytes < RECORD_HEADER_BYTES) {
    const used = Math.min(RECORD_HEADER_BYTES - record.gotBytes, room);
    bytes.copy(record.header, record.gotBytes, offset, offset + used);
    record.gotBytes += used;
    if (record.gotBytes === RECORD_HEADER_BYTES) checkLink(context, record);
    if (record.gotBytes === record.totalBytes) finishRecord(context, record, used);
    return used;
  }
  const used = Math.min(record.totalBytes - record.gotBytes, room);
  record.crc = updateCrc32c(record.crc, bytes, offset, offset + used);
  const dataOffset = record.gotBytes - RECORD_HEADER_BYTES;
  if (dataOffset < HEAD_BYTES) keepHead(record, bytes, offset, used);
  record.gotBytes += used;
  if (record.gotBytes === record.totalBytes) finishRecord(context, record, used);
  return used;
}

/** Only transactions and restore points are read; copying the data of all the others would be in vain. */
function keepHead(record: OpenRecord, bytes: Buffer, offset: number, used: number): void {
  const resource = record.header[17];
  if (resource !== RESOURCE_XACT && resource !== RESOURCE_XLOG) return;
  bytes.copy(record.head, record.gotBytes - RECORD_HEADER_BYTES, offset, offset + used);
}

/** The link is checked before the data comes, so that a record out of place is found at once. */
function checkLink(context: Context, record: OpenRecord): void {
  const previous = record.header.readUInt32LE(8) + record.header.readUInt32LE(12) * 0x1_0000_0000;
  const known = context.state.previous;
  if (known === undefined ? previous >= record.start : previous !== known) {
    const wanted = known === undefined ? 'an earlier record' : formatLsn(BigInt(known));
    const found = formatLsn(BigInt(Math.min(previous, Number.MAX_SAFE_INTEGER)));
    throw corrupt(context, record.start, `it follows ${found} and not ${wanted}`);
  }
}

function finishRecord(context: Context, record: OpenRecord, used: number): void {
  const { state, settings } = context;
  const crc = finishCrc32c(updateCrc32c(record.crc, record.header, 0, RECORD_CRC_OFFSET));
  if (crc !== record.header.readUInt32LE(RECORD_CRC_OFFSET)) {
    throw corrupt(context, record.start, 'the checksum of its record is wrong');
  }
  state.record = undefined;
  state.previous = record.start;
  state.last = record.start;
  state.records += 1;
  const resource = record.header[17] ?? 0;
  const info = (record.header[16] ?? 0) & 0xf0;
  if (resource === RESOURCE_XACT) noteTransaction(state, record, info & XACT_OPERATIONS);
  else if (resource === RESOURCE_XLOG && info === XLOG_RESTORE_POINT) notePoint(state, record, used);
  else if (resource === RESOURCE_XLOG && info === XLOG_SWITCH) {
    state.inTail = (state.position + used) % settings.walSegmentBytes !== 0;
  }
}

/** The data that was kept of a record; what stands behind it in the memory is of an earlier one. */
const dataOf = (record: OpenRecord): Buffer => record.head.subarray(0, record.totalBytes - RECORD_HEADER_BYTES);

function noteTransaction(state: State, record: OpenRecord, operation: number): void {
  const isCommit = operation === XACT_COMMIT || operation === XACT_COMMIT_PREPARED;
  if (!isCommit && operation !== XACT_ABORT && operation !== XACT_ABORT_PREPARED) return;
  const offset = mainDataOffset(dataOf(record));
  const timeMs = offset === undefined ? undefined : leadingTimeMs(dataOf(record), offset);
  if (timeMs === undefined) return;
  if (isCommit) state.commits += 1;
  // Recovery can stop at an abort as well as at a commit, so both make a second reachable.
  state.firstCommitMs = Math.min(state.firstCommitMs ?? timeMs, timeMs);
  state.lastCommitMs = Math.max(state.lastCommitMs ?? timeMs, timeMs);
}

function notePoint(state: State, record: OpenRecord, used: number): void {
  const offset = mainDataOffset(dataOf(record));
  const timeMs = offset === undefined ? undefined : leadingTimeMs(dataOf(record), offset);
  if (offset === undefined || timeMs === undefined) return;
  if (state.points.length >= BACKUP_WAL_LIMITS.pointsPerPushMax) return;
  const end = Math.ceil((state.position + used) / 8) * 8;
  state.points.push({ name: restorePointName(dataOf(record), offset), timeMs, lsn: BigInt(end) });
}

const ZEROS = Buffer.alloc(PAGE_BYTES);

const isZero = (bytes: Buffer): boolean => bytes.equals(ZEROS.subarray(0, bytes.length));

function requireZeros(context: Context, bytes: Buffer, offset: number, length: number): void {
  if (length > 8) {
    if (isZero(bytes.subarray(offset, offset + length))) return;
  } else {
    let sum = 0;
    for (let at = offset; at < offset + length; at += 1) sum |= bytes[at] ?? 0;
    if (sum === 0) return;
  }
  throw corrupt(context, context.state.position, 'bytes between records are not zero');
}
