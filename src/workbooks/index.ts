/**
 * workbooks: version snapshots of spreadsheets.
 *
 * Purpose: every committed spreadsheet becomes an immutable version in the vault, with who, when and why, and two
 * versions can be compared cell by cell.
 * Invariants:
 * - A commit is answered after a write quorum of zones holds the bytes durably and the catalog holds the row. Vault
 *   first: a crash between the two leaves an item that a repetition of the commit or a rebuild finds.
 * - Bytes come back as they were given, whatever they are: encrypted, damaged and unknown files are versions too.
 * - History is a line. Of two commits that name the same parent one is refused and told who came first; the same
 *   client key with the same bytes is one version, however often it is sent.
 * - Saved again without change makes no version: the canonical content hash sees through times and packing
 *   (docs/formats/workbook-version.md), and in doubt a save is a change.
 * - Rows of versions cannot be updated or removed, and everything in them stands in the vault too, from which
 *   `rebuild` makes the catalog anew.
 * - Files are parsed for comparison alone, in a thread with a heap and a time of its own, after the container was
 *   checked; no file that waits lies readable on a disk.
 * Limits: limits.ts. One process commits; a second one on the same catalog gets `workbooks.commit-raced`, never a fork.
 * It does not scan files (a hook does), save space between versions, watch folders, compute formulas, compare formats
 * and pictures, or decide when a version may go (the vault does).
 */
export type { WorkbooksDeps } from './context.ts';
export { clearSpool, createWorkbooks } from './create-workbooks.ts';
export { WORKBOOKS_FAILURES } from './failures.ts';
export { WORKBOOKS_LIMITS } from './limits.ts';
export { WORKBOOKS_MIGRATIONS, type WorkbooksTables } from './migrations.ts';
export type {
  CellChange,
  CellContent,
  CellValue,
  ChangeCounts,
  CommitRequest,
  CommitResult,
  NotComparable,
  Page,
  RebuildReport,
  Scan,
  ScanState,
  ScanVerdict,
  SheetChange,
  VersionRef,
  Workbook,
  WorkbookComparison,
  WorkbookFormat,
  Workbooks,
  WorkbookVersion,
} from './types.ts';
