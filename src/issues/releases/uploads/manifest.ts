import { Failure, storableText } from '../../../base/index.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ArtifactFileType } from '../types.ts';

/** What a manifest says of one file. */
export interface BundledFile {
  readonly path: string;
  readonly url: string;
  readonly type: ArtifactFileType;
  readonly debugId: string;
  readonly sourceMapUrl: string;
}

export interface Manifest {
  readonly release: string;
  readonly dist: string;
  readonly files: readonly BundledFile[];
}

const TYPES: readonly string[] = ['minified_source', 'source_map', 'source', 'indexed_ram_bundle'];
const refused = (reason: string): Failure => new Failure(ISSUES_RELEASES_FAILURES.bundleRefused, { reason });
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string =>
  typeof value === 'string' ? storableText(value).slice(0, ISSUES_RELEASES_LIMITS.pathCharsMax) : '';

const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})(?:-?[0-9a-f]{1,8})?$/;

/** Debug ids come with and without hyphens, in both cases, and with an appendix that JavaScript has no use for. */
export function normalizeDebugId(text: string): string {
  const found = UUID.exec(text.trim().toLowerCase());
  return found === null ? '' : found.slice(1, 6).join('-');
}

/** Reads the `manifest.json` of a source bundle, version 2. Throws `releases.bundle-refused`. */
export function readManifest(text: string): Manifest {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw refused('its manifest is not JSON');
  }
  if (!isObject(read) || !isObject(read['files'])) throw refused('its manifest lists no files');
  const entries = Object.entries(read['files']);
  if (entries.length > ISSUES_RELEASES_LIMITS.bundleFilesMax) throw refused('its manifest lists too many files');
  return {
    release: textOf(read['release']),
    dist: textOf(read['dist']),
    files: entries.flatMap(([path, file]) => (isObject(file) ? [fileOf(path, file)] : [])),
  };
}

function fileOf(path: string, file: Readonly<Record<string, unknown>>): BundledFile {
  const headers = new Map<string, string>();
  if (isObject(file['headers'])) {
    for (const [name, value] of Object.entries(file['headers'])) headers.set(name.toLowerCase(), textOf(value));
  }
  const type = textOf(file['type']);
  return {
    path,
    url: textOf(file['url']),
    type: TYPES.includes(type) ? (type as ArtifactFileType) : 'other',
    debugId: normalizeDebugId(headers.get('debug-id') ?? ''),
    sourceMapUrl: headers.get('sourcemap') ?? headers.get('x-sourcemap') ?? '',
  };
}
