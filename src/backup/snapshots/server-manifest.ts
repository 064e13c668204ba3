import { createHash } from 'node:crypto';
import { parseLsn } from '../protocol/index.ts';
import type { WalPosition } from '../types.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';
import type { Refuse } from './tar-reader.ts';

export interface ServerFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hex SHA-256; undefined where the server was asked for another checksum. */
  readonly sha256: string | undefined;
}

/** What the manifest says of the WAL that makes the backup consistent. */
export interface WalRange {
  readonly start: WalPosition;
  readonly end: WalPosition;
}

/**
 * Reads the backup manifest of PostgreSQL 13 and newer as it arrives. It is JSON, but of 100 GB it may be too large to
 * parse at once, so it is read by lines: the server writes one file per line, and its checksum covers all lines before
 * the one that holds it. https://www.postgresql.org/docs/current/backup-manifest-format.html
 */
export interface ServerManifestReader {
  readonly push: (bytes: Buffer) => void;
  /** Refuses unless the manifest is whole and its own checksum right. */
  readonly end: () => {
    readonly files: number;
    readonly systemId: string | undefined;
    readonly ranges: readonly WalRange[];
  };
}

const CHECKSUM_LINE = '"Manifest-Checksum"';

export function createServerManifestReader(onFile: (file: ServerFile) => void, refuse: Refuse): ServerManifestReader {
  const hash = createHash('sha256');
  let rest: Buffer = Buffer.alloc(0);
  let files = 0;
  let inFiles = false;
  let version: string | undefined;
  let systemId: string | undefined;
  let checked = false;
  const ranges: WalRange[] = [];
  const takeLine = (line: Buffer): void => {
    const text = line.toString('utf8').trim();
    if (text.startsWith(CHECKSUM_LINE)) {
      const stated = /^"Manifest-Checksum": "([0-9a-f]{64})"\}$/.exec(text)?.[1];
      if (stated !== hash.digest('hex')) throw refuse('its own checksum is wrong');
      checked = true;
      return;
    }
    if (checked) {
      if (text !== '') throw refuse('something follows its checksum');
      return;
    }
    hash.update(line).update('\n');
    version ??= /"PostgreSQL-Backup-Manifest-Version": (\d+)/.exec(text)?.[1];
    systemId ??= /"System-Identifier": (\d+)/.exec(text)?.[1];
    if (text.startsWith('"Files":')) inFiles = true;
    else if (text.startsWith('"WAL-Ranges":')) inFiles = false;
    const range = parseRange(text);
    if (!inFiles && range !== undefined) ranges.push(range);
    const object = inFiles ? text.replace(/^"Files": \[/, '').replace(/(,|\]|\],)$/, '') : '';
    if (!object.startsWith('{')) return;
    onFile(parseFile(object, refuse));
    files += 1;
  };
  return {
    push: (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      let from = 0;
      for (let at = rest.indexOf(0x0a); at !== -1; at = rest.indexOf(0x0a, from)) {
        takeLine(rest.subarray(from, at));
        from = at + 1;
      }
      // Copied, because the giver may use its buffer again.
      rest = Buffer.from(rest.subarray(from));
      if (rest.length > BACKUP_SNAPSHOT_LIMITS.serverLineBytesMax) throw refuse('a line is too long');
    },
    end: () => {
      if (rest.length > 0) takeLine(rest);
      if (!checked) throw refuse('it is cut off');
      if (version !== '1' && version !== '2') throw refuse(`it is of version ${version}`);
      return { files, systemId, ranges };
    },
  };
}

const RANGE_FORM = /\{ "Timeline": (\d+), "Start-LSN": "([0-9A-F/]+)", "End-LSN": "([0-9A-F/]+)" \}/;

function parseRange(text: string): WalRange | undefined {
  const [, timeline, start, end] = RANGE_FORM.exec(text) ?? [];
  if (timeline === undefined || start === undefined || end === undefined) return undefined;
  const at = (lsn: string): WalPosition => ({ timeline: Number(timeline), lsn: parseLsn(lsn) });
  return { start: at(start), end: at(end) };
}

function parseFile(text: string, refuse: Refuse): ServerFile {
  const parsed = parseJson(text, refuse);
  const plain = parsed['Path'];
  const encoded = parsed['Encoded-Path'];
  const path = typeof plain === 'string' ? plain : typeof encoded === 'string' ? decodeHex(encoded) : undefined;
  const size = parsed['Size'];
  if (path === undefined || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw refuse('a file has no path or no size');
  }
  const algorithm = parsed['Checksum-Algorithm'];
  const sum = parsed['Checksum'];
  return { path, sizeBytes: size, sha256: algorithm === 'SHA256' && typeof sum === 'string' ? sum : undefined };
}

/** Paths that are no UTF-8 come in hex; the archive gives the same bytes, read in the same lossy way. */
const decodeHex = (text: string): string => Buffer.from(text, 'hex').toString('utf8');

function parseJson(text: string, refuse: Refuse): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return Object.fromEntries(Object.entries(parsed));
  } catch {
    // Told below.
  }
  throw refuse('a line is no JSON object');
}
