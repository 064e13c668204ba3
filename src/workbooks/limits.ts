import { DAY_MS, defineLimits, GiB, KiB, MiB, SECOND_MS } from '../base/index.ts';

/** Limits of workbooks, their versions, and what a hostile file may cost. */
export const WORKBOOKS_LIMITS = defineLimits('workbooks', {
  fileBytesMax: { value: 500 * MiB, unit: 'bytes', reason: 'larger than any spreadsheet program opens well' },
  commitsMax: { value: 8, unit: 'count', reason: 'commits at once: each may hold a file of the largest size on disk' },
  spoolMemoryBytes: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'smaller files, which are most, touch no disk before the vault; 8 commits hold 32 MiB',
  },
  spoolBlockBytes: { value: 256 * KiB, unit: 'bytes', reason: 'read at once from a file that waits to be stored' },
  retentionDays: {
    value: 3_653,
    unit: 'days',
    reason:
      'ten years: what the stricter commercial and tax laws ask for books and the sheets they rest on; nothing can shorten it later',
  },
  retentionDaysMax: {
    value: 36_500,
    unit: 'days',
    reason: 'a lock cannot be undone; a typing error must not hold for ever',
  },
  workbooksMax: {
    value: 100_000,
    unit: 'count',
    reason: 'a sender that makes a workbook a file would fill the catalog',
  },
  versionsPerWorkbookMax: { value: 100_000, unit: 'count', reason: 'thirty a day for nine years' },
  nameCharsMax: { value: 200, unit: 'count', reason: 'as long as a file name; part of the facts in the vault' },
  authorCharsMax: { value: 200, unit: 'count', reason: 'part of the facts in the vault' },
  messageCharsMax: { value: 2_000, unit: 'count', reason: 'with name and author it fits into the facts of an item' },
  clientKeyCharsMax: { value: 200, unit: 'count', reason: 'a UUID or a hash, and room for a prefix' },
  listPageMax: { value: 1_000, unit: 'count', reason: 'workbooks or versions in one page' },
  canonicalEntriesMax: {
    value: 20_000,
    unit: 'count',
    reason: 'parts of a container; the largest workbooks have hundreds',
  },
  canonicalBytesMax: {
    value: 2 * GiB,
    unit: 'bytes',
    reason: 'unpacked bytes hashed for one commit, some ten seconds; above it the byte hash stands in',
  },
  canonicalRatioMax: {
    value: 300,
    unit: 'count',
    reason: 'unpacked to packed bytes of the whole container; honest sheets reach 50, bombs 1,000',
  },
  canonicalPartBytesMax: {
    value: MiB,
    unit: 'bytes',
    reason: 'property parts are a few KiB; a larger one is hashed as it is',
  },
  compareFileBytesMax: { value: 64 * MiB, unit: 'bytes', reason: 'both files are held in memory' },
  compareEntriesMax: { value: 5_000, unit: 'count', reason: 'parts of a container that is compared' },
  compareBytesMax: {
    value: 128 * MiB,
    unit: 'bytes',
    reason: 'unpacked parts of one file; the parser needs several times as much',
  },
  compareRatioMax: { value: 300, unit: 'count', reason: 'as for the canonical hash' },
  compareCellsMax: { value: 2_000_000, unit: 'count', reason: 'cells of one file in memory' },
  compareSheetsMax: { value: 1_000, unit: 'count', reason: 'sheets of one file' },
  compareHeapMiB: { value: 1_024, unit: 'count', reason: 'MiB of heap of the parser thread; past it the thread ends' },
  compareMs: { value: 60 * SECOND_MS, unit: 'ms', reason: 'nobody waits longer, and a parser that hangs must end' },
  compareDetailsMax: { value: 1_000, unit: 'count', reason: 'changed cells told one by one; the rest is counted' },
  compareTextChars: { value: 500, unit: 'count', reason: 'characters shown of one value or formula' },
  compareRenamePairsMax: { value: 400, unit: 'count', reason: 'pairs of sheets tried to find a renamed one' },
  comparesWaitingMax: { value: 8, unit: 'count', reason: 'one comparison runs at a time; more than these are refused' },
  rebuildVersionsMax: { value: 1_000_000, unit: 'count', reason: 'facts held in memory while the catalog is rebuilt' },
  rebuildReportMax: {
    value: 1_000,
    unit: 'count',
    reason: 'problems of a rebuild told one by one; the rest is counted',
  },
});

export const retentionMs = (days: number): number => days * DAY_MS;
