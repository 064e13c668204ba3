import { Failure } from '../../base/index.ts';
import type { SnapshotFile } from '../types.ts';
import { BACKUP_SNAPSHOT_FAILURES } from './failures.ts';
import type { FinishedFile, TableRun } from './file-table.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';

/**
 * The manifest of a snapshot: lines of JSON, so that the list of 100 GB is written and read in little memory and can be
 * looked at with what every machine has. docs/formats/backup.md says each line.
 */
export interface ManifestHead {
  readonly tablespaces: readonly { readonly oid: number; readonly location: string }[];
  /** Vault ids, by the numbers that the files use. */
  readonly packs: readonly string[];
}

const FORMAT = 'holdfast-snapshot';
const VERSION = 1;
const PACKS_PER_LINE = 500;
const TYPES = { file: 'f', folder: 'd', link: 'l' } as const;
const HEX_64 = /^[0-9a-f]{64}$/;

export function* encodeManifest(head: ManifestHead, files: Iterable<FinishedFile>): Generator<string> {
  const { tablespaces, packs } = head;
  yield JSON.stringify({ format: FORMAT, version: VERSION, packs: packs.length, tablespaces });
  for (let at = 0; at < packs.length; at += PACKS_PER_LINE) {
    yield JSON.stringify(packs.slice(at, at + PACKS_PER_LINE).map((id) => id.slice('sha256:'.length)));
  }
  let count = 0;
  for (const file of files) {
    count += 1;
    yield* encodeFile(file);
  }
  yield JSON.stringify({ end: true, files: count });
}

function* encodeFile(file: FinishedFile): Generator<string> {
  const { path: p, type, mode: m, sizeBytes: s, sha256, linkTarget, runs } = file;
  const { lineChunksMax } = BACKUP_SNAPSHOT_LIMITS;
  const head = {
    p,
    t: TYPES[type],
    m,
    ...(type === 'file' ? { s, h: sha256 } : {}),
    ...(linkTarget === undefined ? {} : { l: linkTarget }),
  };
  let at = 0;
  do {
    const c = encodeRuns(runs, at, Math.min(runs.length, at + lineChunksMax));
    const more = at + lineChunksMax < runs.length;
    yield JSON.stringify({ ...(at === 0 ? head : {}), ...(type === 'file' ? { c } : {}), ...(more ? { more } : {}) });
    at += lineChunksMax;
  } while (at < runs.length);
}

/** Three numbers for each run: the pack, -1 for a hole; the distance from where the run before it ended; the length. */
function encodeRuns(runs: readonly TableRun[], from: number, to: number): readonly number[] {
  const numbers: number[] = [];
  let expected = 0;
  for (let index = from; index < to; index += 1) {
    const run = runs[index];
    if (run === undefined) break;
    numbers.push(run.pack, run.pack === -1 ? 0 : run.offset - expected, run.length);
    if (run.pack !== -1) expected = run.offset + run.length;
  }
  return numbers;
}

const refused = (item: string, reason: string): Failure =>
  new Failure(BACKUP_SNAPSHOT_FAILURES.formatUnknown, { item, reason });

type Line = Readonly<Record<string, unknown>> | readonly unknown[];

/** Reads a manifest from its bytes: first `head`, then `files`, once each. Throws `backup-snapshot.format-unknown`. */
export interface ManifestReader {
  readonly head: () => Promise<ManifestHead>;
  readonly files: () => AsyncGenerator<SnapshotFile>;
  readonly close: () => Promise<void>;
}

export function openManifest(bytes: AsyncIterable<Uint8Array>, item: string): ManifestReader {
  const lines = linesOf(bytes, item);
  let packs: readonly string[] = [];
  const next = async (): Promise<Line> => {
    const line = await lines.next();
    if (line.done === true) throw refused(item, 'it is cut off');
    return line.value;
  };
  return {
    head: async () => {
      const first = await next();
      if (!isObject(first) || first['format'] !== FORMAT || first['version'] !== VERSION) {
        throw refused(item, `it is not a manifest of version ${VERSION}`);
      }
      const ids: string[] = [];
      while (ids.length < Number(first['packs'])) {
        const line = await next();
        if (!Array.isArray(line)) throw refused(item, 'packs are missing');
        for (const hash of line) {
          if (typeof hash !== 'string' || !HEX_64.test(hash)) throw refused(item, 'the id of a pack is none');
          ids.push(`sha256:${hash}`);
        }
      }
      packs = ids;
      return { packs, tablespaces: tablespacesOf(first['tablespaces']) };
    },
    files: async function* () {
      let count = 0;
      for (;;) {
        let line = objectOf(await next(), item);
        if (line['end'] === true) {
          if (line['files'] !== count) throw refused(item, 'files are missing');
          return;
        }
        const chunks = [...chunksOf(line, packs, item)];
        const file = fileOf(line, item);
        while (line['more'] === true) {
          line = objectOf(await next(), item);
          for (const chunk of chunksOf(line, packs, item)) chunks.push(chunk);
        }
        const sum = chunks.reduce((total, chunk) => total + chunk.length, 0);
        if (sum !== file.sizeBytes) throw refused(item, `the chunks of ${file.path} do not make its size`);
        count += 1;
        yield { ...file, chunks };
      }
    },
    close: async () => {
      await lines.return(undefined);
    },
  };
}

const isObject = (line: unknown): line is Readonly<Record<string, unknown>> =>
  typeof line === 'object' && line !== null && !Array.isArray(line);

function objectOf(line: Line, item: string): Readonly<Record<string, unknown>> {
  if (!isObject(line)) throw refused(item, 'a line is no file');
  return line;
}

function fileOf(line: Readonly<Record<string, unknown>>, item: string): Omit<SnapshotFile, 'chunks'> {
  const { p: path, t, m: mode, s = 0, h: sha256, l: linkTarget } = line;
  const type = t === 'f' ? 'file' : t === 'd' ? 'folder' : t === 'l' ? 'link' : undefined;
  if (typeof path !== 'string' || type === undefined || !isCount(mode) || !isCount(s)) {
    throw refused(item, 'a file has no path, type, mode or size');
  }
  return {
    ...{ path, type, mode, sizeBytes: s },
    ...(typeof sha256 === 'string' && HEX_64.test(sha256) ? { sha256 } : {}),
    ...(typeof linkTarget === 'string' ? { linkTarget } : {}),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function* chunksOf(
  line: Readonly<Record<string, unknown>>,
  packs: readonly string[],
  item: string,
): Generator<SnapshotFile['chunks'][number]> {
  const numbers: readonly unknown[] = Array.isArray(line['c']) ? line['c'] : [];
  let expected = 0;
  for (let at = 0; at + 2 < numbers.length; at += 3) {
    const [pack, distance, length] = [numbers[at], numbers[at + 1], numbers[at + 2]];
    if (!isCount(length) || !Number.isSafeInteger(distance)) throw refused(item, 'a chunk has no place');
    if (pack === -1) {
      yield { pack: '', offset: 0, length };
      continue;
    }
    const id = packs[Number(pack)];
    const offset = expected + Number(distance);
    if (id === undefined || offset < 0) throw refused(item, 'a chunk is in no pack');
    expected = offset + length;
    yield { pack: id, offset, length };
  }
}

function tablespacesOf(value: unknown): ManifestHead['tablespaces'] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isObject).map((entry) => ({ oid: Number(entry['oid']), location: String(entry['location']) }));
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>, item: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of bytes) {
    rest = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part]);
    let from = 0;
    for (let at = rest.indexOf(0x0a); at !== -1; at = rest.indexOf(0x0a, from)) {
      yield parseLine(rest.toString('utf8', from, at), item);
      from = at + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > BACKUP_SNAPSHOT_LIMITS.lineBytesMax) throw refused(item, 'a line is too long');
  }
  if (rest.length > 0) throw refused(item, 'its last line is cut off');
}

function parseLine(text: string, item: string): Line {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed;
    if (isObject(parsed)) return parsed;
  } catch {
    // Told below.
  }
  throw refused(item, 'a line is no JSON');
}
