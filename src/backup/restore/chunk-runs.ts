import type { ItemRange } from '../../vault/index.ts';

/** Bytes of a pack that belong at one place of one file. */
export interface Run {
  readonly packOffset: number;
  readonly length: number;
  readonly file: number;
  readonly fileOffset: number;
}

/**
 * Where the bytes of each pack go. A large cluster has millions of chunks, so they stand in flat arrays (28 bytes
 * each), and neighbours in both pack and file are one run.
 */
export interface ChunkRuns {
  readonly add: (pack: string, run: Run) => void;
  readonly packs: () => readonly string[];
  /** By offset in the pack; runs may overlap where files have equal blocks. */
  readonly runsOf: (pack: string) => readonly Run[];
}

const FIRST_ROOM = 1024;

export function createChunkRuns(): ChunkRuns {
  const numbers = new Map<string, number>();
  let columns = makeColumns(FIRST_ROOM);
  let count = 0;
  let starts: ReadonlyMap<number, readonly number[]> | undefined;
  const add = (pack: string, run: Run): void => {
    let number = numbers.get(pack);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(pack, number);
    }
    starts = undefined;
    const last = count - 1;
    const lastLength = columns.length[last] ?? 0;
    const isNeighbour =
      count > 0 &&
      columns.pack[last] === number &&
      columns.file[last] === run.file &&
      (columns.packOffset[last] ?? 0) + lastLength === run.packOffset &&
      (columns.fileOffset[last] ?? 0) + lastLength === run.fileOffset;
    if (isNeighbour) {
      columns.length[last] = lastLength + run.length;
      return;
    }
    if (count === columns.pack.length) columns = grow(columns);
    columns.pack[count] = number;
    columns.packOffset[count] = run.packOffset;
    columns.length[count] = run.length;
    columns.file[count] = run.file;
    columns.fileOffset[count] = run.fileOffset;
    count += 1;
  };
  const runAt = (index: number): Run => ({
    packOffset: columns.packOffset[index] ?? 0,
    length: columns.length[index] ?? 0,
    file: columns.file[index] ?? 0,
    fileOffset: columns.fileOffset[index] ?? 0,
  });
  const runsOf = (pack: string): readonly Run[] => {
    starts ??= groupByPack(columns.pack, count);
    const number = numbers.get(pack);
    const indexes = number === undefined ? undefined : starts.get(number);
    return (indexes ?? []).map(runAt).sort((a, b) => a.packOffset - b.packOffset);
  };
  return { add, packs: () => [...numbers.keys()], runsOf };
}

interface Columns {
  readonly pack: Uint32Array;
  readonly packOffset: Float64Array;
  readonly length: Float64Array;
  readonly file: Uint32Array;
  readonly fileOffset: Float64Array;
}

const makeColumns = (room: number): Columns => ({
  pack: new Uint32Array(room),
  packOffset: new Float64Array(room),
  length: new Float64Array(room),
  file: new Uint32Array(room),
  fileOffset: new Float64Array(room),
});

function grow(old: Columns): Columns {
  const wider = makeColumns(old.pack.length * 2);
  wider.pack.set(old.pack);
  wider.packOffset.set(old.packOffset);
  wider.length.set(old.length);
  wider.file.set(old.file);
  wider.fileOffset.set(old.fileOffset);
  return wider;
}

function groupByPack(packs: Uint32Array, count: number): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (let index = 0; index < count; index += 1) {
    const pack = packs[index] ?? 0;
    const group = groups.get(pack);
    if (group === undefined) groups.set(pack, [index]);
    else group.push(index);
  }
  return groups;
}

/** The stretches of a pack that its runs need, one read each; holes smaller than `bridgeBytes` are read along. */
export function neededRanges(runs: readonly Run[], bridgeBytes: number): readonly ItemRange[] {
  const ranges: { offset: number; length: number }[] = [];
  for (const run of runs) {
    const last = ranges.at(-1);
    const end = last === undefined ? 0 : last.offset + last.length;
    if (last === undefined || run.packOffset > end + bridgeBytes) {
      ranges.push({ offset: run.packOffset, length: run.length });
    } else {
      last.length = Math.max(end, run.packOffset + run.length) - last.offset;
    }
  }
  return ranges;
}
