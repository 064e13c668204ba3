import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { clip, Failure } from '../../base/index.ts';
import { readBody } from '../../ingest/index.ts';
import { ISSUES_RELEASES_LIMITS, type Project } from '../../issues/index.ts';
import type { SentryAnswer, SentryCall } from './calls.ts';
import { SENTRY_API_FAILURES } from './failures.ts';
import { SENTRY_API_LIMITS } from './limits.ts';

export const ORGANIZATION = 'holdfast';

export type Fields = Readonly<Record<string, unknown>>;

export const invalid = (reason: string): Failure => new Failure(SENTRY_API_FAILURES.bodyInvalid, { reason });

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON object of a body; an empty body is an empty object. */
export async function readFields(call: SentryCall): Promise<Fields> {
  const rules = { bytesMax: SENTRY_API_LIMITS.jsonBytesMax, encodings: ['gzip' as const] };
  const body = await readBody(call.request, rules, call.deps);
  try {
    if (body.bytes.length === 0) return {};
    const read: unknown = JSON.parse(body.bytes.toString('utf8'));
    if (isFields(read)) return read;
  } catch (error) {
    throw new Failure(SENTRY_API_FAILURES.bodyInvalid, { reason: 'it is not JSON' }, { cause: error });
  } finally {
    body.release();
  }
  throw invalid('it is not a JSON object');
}

export const textOf = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalid(`${name} is not text`);
};

export const textsOf = (fields: Fields, name: string): readonly string[] | undefined => {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(`${name} is not a list of texts`);
};

/** A time as sentry-cli writes it, RFC 3339 with nanoseconds. */
export function timeOf(fields: Fields, name: string): number | undefined {
  const text = textOf(fields, name);
  if (text === undefined) return undefined;
  const timeMs = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(timeMs)) throw invalid(`${name} is not a time`);
  return timeMs;
}

/** Throws `sentry-api.project-not-found`. */
export function projectBySlug({ deps }: SentryCall, slug: string): Project {
  // Settings of other tools name projects by their number.
  const project = deps.projects.bySlug(slug) ?? deps.projects.byId(slug);
  if (project !== undefined) return project;
  throw new Failure(SENTRY_API_FAILURES.projectNotFound, { project: clip(slug, 80) });
}

/** Ids of projects that a body names by their slugs. */
export const projectIdsOf = (call: SentryCall, slugs: readonly string[]): readonly string[] =>
  slugs.map((slug) => projectBySlug(call, slug).id);

const gunzipAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** The chunks of a multipart upload: parts `file` and `file_gzip`, each named by its SHA-1. */
export async function readChunks(
  call: SentryCall,
  take: (chunk: { readonly sha1: string; readonly bytes: Uint8Array }) => Promise<void>,
): Promise<void> {
  const { chunkRequestBytesMax, chunkBytesMax, chunksPerRequestMax } = ISSUES_RELEASES_LIMITS;
  const type = call.request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) throw invalid('chunks are sent as multipart/form-data');
  const bytesMax = chunkRequestBytesMax + SENTRY_API_LIMITS.multipartOverheadBytes;
  const body = await readBody(call.request, { bytesMax, encodings: [] }, call.deps);
  try {
    const parts = await formParts(body.bytes, type);
    if (parts.length > chunksPerRequestMax) throw invalid(`more than ${chunksPerRequestMax} chunks at once`);
    for (const { name, filename, bytes } of parts) {
      if (name === 'file') await take({ sha1: filename, bytes });
      else if (name === 'file_gzip') await take({ sha1: filename, bytes: await inflateChunk(bytes, chunkBytesMax) });
      else throw invalid(`a part is named ${clip(name, 40)}, and file or file_gzip is what is known`);
    }
  } finally {
    body.release();
  }
}

interface FormPart {
  readonly name: string;
  readonly filename: string;
  readonly bytes: Buffer;
}

/** The runtime reads multipart itself (RFC 7578); the body was bounded before. */
async function formParts(body: Buffer, contentType: string): Promise<readonly FormPart[]> {
  const parts: FormPart[] = [];
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    for (const [name, value] of form as unknown as Iterable<[string, string | Blob]>) {
      if (typeof value === 'string') throw invalid(`the part ${clip(name, 40)} is no file`);
      const filename = (value as Blob & { readonly name?: string }).name ?? '';
      parts.push({ name, filename, bytes: Buffer.from(await value.arrayBuffer()) });
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(SENTRY_API_FAILURES.bodyInvalid, { reason: 'it is not multipart/form-data' }, { cause: error });
  }
  return parts;
}

async function inflateChunk(bytes: Buffer, maxOutputLength: number): Promise<Buffer> {
  try {
    return await gunzipAsync(bytes, { maxOutputLength });
  } catch (error) {
    const reason =
      error instanceof RangeError ? `a chunk unpacks to more than ${maxOutputLength} bytes` : 'a chunk is not gzip';
    throw new Failure(SENTRY_API_FAILURES.bodyInvalid, { reason }, { cause: error });
  }
}

/** A page with the Link header by which clients page on. */
export function pageOf(call: SentryCall, body: readonly unknown[], next: string | undefined): SentryAnswer {
  const link = (rel: string, cursor: string, results: boolean): string => {
    const url = new URL(call.context.url.pathname + call.context.url.search, `${call.baseUrl}/`);
    url.searchParams.set('cursor', cursor);
    return `<${url.href}>; rel="${rel}"; results="${results}"; cursor="${cursor}"`;
  };
  const links = [link('previous', '', false), link('next', next ?? '', next !== undefined)].join(', ');
  return { status: 200, body, headers: { link: links } };
}

export const isoTime = (timeMs: number): string => new Date(timeMs).toISOString();
export const isoOrNull = (timeMs: number | undefined): string | null => (timeMs === undefined ? null : isoTime(timeMs));
