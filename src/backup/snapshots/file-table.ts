import { Failure } from '../../base/index.ts';
import { BACKUP_SNAPSHOT_FAILURES } from './failures.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';

export interface TableFile {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  readonly mode: number;
  readonly sizeBytes: number;
  readonly linkTarget: string | undefined;
}

/** A pack of -1 is a hole. */
export interface TableRun {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
}

export interface FinishedFile extends TableFile {
  readonly sha256: string | undefined;
  readonly runs: readonly TableRun[];
}

/**
 * The files of a snapshot while it is taken, in the order of the archive. Their places are kept as runs, 12 bytes each
 * in typed arrays: chunks that follow each other in a pack are one run, so that a whole new GiB is a dozen of them, and
 * the worst case of 100 GB in single chunks is 80 MB.
 */
export interface FileTable {
  /** Throws `backup-snapshot.too-many-files`. */
  readonly begin: (file: TableFile) => void;
  /** The place of the next piece of the file that was begun last. */
  readonly place: (run: TableRun) => void;
  readonly finish: (sha256: string | undefined) => void;
  readonly has: (path: string) => boolean;
  readonly find: (path: string) => (TableFile & { readonly sha256: string | undefined }) | undefined;
  readonly entries: () => Iterable<TableFile>;
  readonly count: () => number;
  readonly files: () => Iterable<FinishedFile>;
  /** The number of the pack of each run, holes left out. */
  readonly packs: () => Iterable<number>;
}

interface Entry extends TableFile {
  readonly firstRun: number;
  runs: number;
  sha256: string | undefined;
}

const RUN_WORDS = 3;
/** Of a hole; lengths are kept in 32 bits. */
const LENGTH_MAX = 0x7fff_ffff;

export function createFileTable(source: string): FileTable {
  let words = new Uint32Array(RUN_WORDS * 4096);
  let runs = 0;
  const entries: Entry[] = [];
  const byPath = new Map<string, Entry>();
  let current: Entry | undefined;
  const wordAt = (run: number, word: number): number => words[run * RUN_WORDS + word] ?? 0;
  const runAt = (run: number): TableRun => ({
    pack: wordAt(run, 0) - 1,
    offset: wordAt(run, 1),
    length: wordAt(run, 2),
  });
  const finished = (entry: Entry): FinishedFile => {
    const { path, type, mode, sizeBytes, linkTarget, sha256, firstRun } = entry;
    const places = Array.from({ length: entry.runs }, (_, index) => runAt(firstRun + index));
    return { path, type, mode, sizeBytes, linkTarget, sha256, runs: places };
  };
  /** Lengthens the run before it when the piece follows it in the same pack. */
  const joins = ({ pack, offset, length }: TableRun): boolean => {
    if (current === undefined || current.runs === 0) return false;
    const last = runAt(runs - 1);
    if (last.pack !== pack || last.length + length > LENGTH_MAX) return false;
    if (pack !== -1 && last.offset + last.length !== offset) return false;
    words[(runs - 1) * RUN_WORDS + 2] = last.length + length;
    return true;
  };
  return {
    begin: (file) => {
      const { filesMax } = BACKUP_SNAPSHOT_LIMITS;
      if (entries.length >= filesMax) throw new Failure(BACKUP_SNAPSHOT_FAILURES.tooManyFiles, { source, filesMax });
      current = { ...file, firstRun: runs, runs: 0, sha256: undefined };
      entries.push(current);
      byPath.set(file.path, current);
    },
    place: (run) => {
      if (current === undefined || joins(run)) return;
      if ((runs + 1) * RUN_WORDS > words.length) {
        const larger = new Uint32Array(words.length * 2);
        larger.set(words);
        words = larger;
      }
      words.set([run.pack + 1, run.offset, run.length], runs * RUN_WORDS);
      runs += 1;
      current.runs += 1;
    },
    finish: (sha256) => {
      if (current !== undefined) current.sha256 = sha256;
    },
    has: (path) => byPath.has(path),
    find: (path) => byPath.get(path),
    entries: () => entries,
    count: () => entries.length,
    packs: function* () {
      for (let run = 0; run < runs; run += 1) if (wordAt(run, 0) > 0) yield wordAt(run, 0) - 1;
    },
    files: function* () {
      for (const entry of entries) yield finished(entry);
    },
  };
}
