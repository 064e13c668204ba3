import type { TimelineHistory } from '../types.ts';
import { PAGE_BYTES, PAGE_FLAGS, PAGE_MAGICS } from './wal-layout.ts';

export interface PageHeader {
  readonly isContrecord: boolean;
  readonly overwritesContrecord: boolean;
  readonly remainingBytes: number;
}

interface Expected {
  readonly timeline: number;
  readonly history?: TimelineHistory;
  readonly walSegmentBytes: number;
  readonly systemId: string;
  readonly majorVersion: number;
  readonly position: number;
  readonly isLong: boolean;
}

/** The timeline that wrote the page at this position: pages before a switch keep the number of the parent. */
function ownerOf(expected: Expected): number {
  for (const { timeline, switchLsn } of expected.history?.parents ?? []) {
    if (expected.position < Number(switchLsn)) return timeline;
  }
  return expected.timeline;
}

/** Holds every field to what it must be; `fail` makes the error of a wrong one. */
export function checkPageHeader(header: Buffer, expected: Expected, fail: (reason: string) => Error): PageHeader {
  const magic = header.readUInt16LE(0);
  const wantedMagic = PAGE_MAGICS[expected.majorVersion];
  // A version newer than this table is taken as it is; its records are checked all the same.
  if (wantedMagic !== undefined && magic !== wantedMagic) throw fail(`the page has the mark 0x${magic.toString(16)}`);
  const flags = header.readUInt16LE(2);
  if ((flags & ~PAGE_FLAGS.all) !== 0) throw fail(`the page has the unknown flags 0x${flags.toString(16)}`);
  const timeline = header.readUInt32LE(4);
  const owner = ownerOf(expected);
  if (timeline !== owner) throw fail(`the page is of timeline ${timeline} and not ${owner}`);
  const address = header.readUInt32LE(8) + header.readUInt32LE(12) * 0x1_0000_0000;
  if (address !== expected.position) throw fail(`the page has the address ${address} and not ${expected.position}`);
  if (header.readUInt32LE(20) !== 0) throw fail('the end of the page header is not zero');
  if (((flags & PAGE_FLAGS.longHeader) !== 0) !== expected.isLong) throw fail('the page has the wrong kind of header');
  if (expected.isLong) checkLongHeader(header, expected, fail);
  return {
    isContrecord: (flags & PAGE_FLAGS.contrecord) !== 0,
    overwritesContrecord: (flags & PAGE_FLAGS.overwriteContrecord) !== 0,
    remainingBytes: header.readUInt32LE(16),
  };
}

function checkLongHeader(header: Buffer, expected: Expected, fail: (reason: string) => Error): void {
  const systemId = header.readBigUInt64LE(24).toString();
  if (systemId !== expected.systemId) throw fail(`the segment is of the cluster ${systemId}`);
  const segmentBytes = header.readUInt32LE(32);
  if (segmentBytes !== expected.walSegmentBytes) throw fail(`the segment says that it has ${segmentBytes} bytes`);
  const pageBytes = header.readUInt32LE(36);
  if (pageBytes !== PAGE_BYTES) throw fail(`the segment has pages of ${pageBytes} bytes`);
}
