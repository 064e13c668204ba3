import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Actor } from '../../../access/index.ts';
import { clip, Failure, invariant, isFailure, newId } from '../../../base/index.ts';
import { acceptedProjects, acceptedText, acceptedVersion } from '../accepted-input.ts';
import { auditedChange } from '../audited.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import { authorizeProjects } from '../registry/authorize-projects.ts';
import type { ChunkStaging, StagedBytes } from './chunk-staging.ts';
import { readBundle } from './read-bundle.ts';
import { attachProjects, findBundle, storeBundle } from './store-bundle.ts';

export interface AssembleRequest {
  /** Hex SHA-1 of the whole upload. */
  readonly checksum: string;
  /** Hex SHA-1 of its chunks, in order. */
  readonly chunks: readonly string[];
  readonly projectIds: readonly string[];
  /** Absent: found by debug ids alone. */
  readonly release?: string;
  readonly dist?: string;
}

export type AssembleState =
  | { readonly type: 'missing'; readonly missing: readonly string[] }
  | { readonly type: 'assembling' }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly detail: string };

/** What uploads are cut into and by what; the words of the chunk options of Sentry's API. */
export interface ArtifactUploads {
  /** Keeps one chunk. Throws `releases.chunk-mismatch`, `releases.chunk-too-large`, `releases.staging-full`. */
  readonly putChunk: (actor: Actor, chunk: { readonly sha1: string; readonly bytes: Uint8Array }) => Promise<void>;
  /** Asked again and again until it is done; the same upload again changes nothing. */
  readonly assemble: (actor: Actor, request: AssembleRequest) => Promise<AssembleState>;
}

const SHA1 = /^[0-9a-f]{40}$/;

/** See `ArtifactUploads`. Bundles are assembled one after the other, off the request that asked for it. */
export function createUploads(context: ReleasesContext, staging: ChunkStaging): ArtifactUploads {
  const jobs = new Map<string, Promise<void>>();
  const failed = new LRUCache<string, string>({ max: ISSUES_RELEASES_LIMITS.failedAssembliesMax });
  let turn: Promise<void> = Promise.resolve();
  const start = (actor: Actor, request: AssembleRequest, bytes: StagedBytes): Promise<void> => {
    const max = ISSUES_RELEASES_LIMITS.assembliesMax;
    if (jobs.size >= max) throw new Failure(ISSUES_RELEASES_FAILURES.tooManyAssemblies, { count: jobs.size, max });
    const job = turn
      .then(() => assembleBundle(context, staging, actor, { request, bytes }))
      .catch((error: unknown) => {
        context.log.warn({ err: error, checksum: request.checksum }, 'an artifact bundle was not assembled');
        failed.set(request.checksum, failureText(error));
      })
      .finally(() => jobs.delete(request.checksum));
    turn = job;
    jobs.set(request.checksum, job);
    return job;
  };
  return {
    putChunk: async (actor, { sha1, bytes }) => {
      await context.authorize(actor, 'releases:Write', { type: 'project', name: '*' });
      await staging.put(sha1.toLowerCase(), bytes);
    },
    assemble: async (actor, given) => {
      const request = acceptedRequest(given);
      const projects = acceptedProjects(context.projects, request.projectIds, 'the upload');
      await authorizeProjects(context, actor, 'releases:Write', projects);
      let job = jobs.get(request.checksum);
      if (job === undefined) {
        const bundle = await findBundle(context, request.checksum);
        if (bundle !== undefined) {
          await attachProjects(context, actor, bundle, request);
          return { type: 'done' };
        }
        const detail = failed.get(request.checksum);
        // Told once: the client may send the same bytes again when the reason was ours.
        if (detail !== undefined && failed.delete(request.checksum)) return { type: 'failed', detail };
        const bytes = staging.concatenated(request.chunks);
        if (bytes === undefined)
          return { type: 'missing', missing: request.chunks.filter((sha1) => !staging.has(sha1)) };
        job = start(actor, request, bytes);
      }
      await within(context, job);
      if (jobs.has(request.checksum)) return { type: 'assembling' };
      const detail = failed.get(request.checksum);
      if (detail === undefined) return { type: 'done' };
      failed.delete(request.checksum);
      return { type: 'failed', detail };
    },
  };
}

const failureText = (error: unknown): string =>
  isFailure(error) ? `${error.message}; ${error.hint}` : 'the server failed; its log says why';

/** Waits for a job for a moment: most end in it. */
async function within({ clock }: ReleasesContext, job: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const pause = clock.sleep(ISSUES_RELEASES_LIMITS.assembleWaitMs, timer.signal).catch(() => undefined);
  await Promise.race([job, pause]);
  timer.abort();
}

function acceptedRequest(request: AssembleRequest): AssembleRequest {
  const refuse = (reason: string): Failure =>
    new Failure(ISSUES_RELEASES_FAILURES.valueInvalid, { field: 'list of chunks', reason });
  const checksum = request.checksum.toLowerCase();
  const chunks = request.chunks.map((sha1) => sha1.toLowerCase());
  const max = ISSUES_RELEASES_LIMITS.bundleChunksMax;
  if (![checksum, ...chunks].every((sha1) => SHA1.test(sha1))) throw refuse('one is not a SHA-1 in hexadecimal');
  if (chunks.length === 0 || chunks.length > max)
    throw refuse(`there are ${chunks.length}, and 1 to ${max} are allowed`);
  const release = request.release ?? '';
  return {
    checksum,
    chunks,
    projectIds: request.projectIds,
    release: release === '' ? '' : acceptedVersion(release),
    dist: acceptedText('dist', request.dist ?? ''),
  };
}

/**
 * The bundle is in the vault before its row is written, and its chunks are removed after that: a crash in between
 * leaves bytes that expire, or chunks that do, and the client that asks again is served in both cases.
 */
async function assembleBundle(
  context: ReleasesContext,
  staging: ChunkStaging,
  actor: Actor,
  { request, bytes }: { readonly request: AssembleRequest; readonly bytes: StagedBytes },
): Promise<void> {
  const { checksum, release = '', dist = '' } = request;
  const parameters = { checksum, release, dist, projects: request.projectIds, bytes: bytes.lengthBytes };
  const call = { eventName: 'UploadArtifacts', parameters, ...(release === '' ? {} : { release }) };
  await auditedChange(context, actor, call, async () => {
    const max = ISSUES_RELEASES_LIMITS.bundleBytesMax;
    if (bytes.lengthBytes > max) throw refused(`it has ${bytes.lengthBytes} bytes, and ${max} are the most`);
    await checkSum(bytes, checksum);
    const { manifest, files } = await readBundle(bytes);
    const nowMs = context.clock.nowMs();
    const keepUntilMs = nowMs + context.artifactRetentionMs;
    const facts = { checksum, release: clip(release, 200), dist: clip(dist, 200), files: String(files.length) };
    const blob = await context.blobs.put(bytes.all(), { kind: 'error-artifact', facts, keepUntilMs });
    invariant(blob.bytes === bytes.lengthBytes, 'a bundle changed while it was stored');
    await storeBundle(context, files, {
      id: newId(nowMs),
      checksum,
      blobId: blob.id,
      bytes: blob.bytes,
      fileCount: files.length,
      projectIds: request.projectIds,
      release: release === '' ? manifest.release : release,
      dist: release === '' ? manifest.dist : dist,
      uploadedMs: nowMs,
      uploadedBy: actor.name,
      keepUntilMs,
    });
  });
  await staging.remove(request.chunks);
}

const refused = (reason: string): Failure => new Failure(ISSUES_RELEASES_FAILURES.bundleRefused, { reason });

async function checkSum(bytes: StagedBytes, checksum: string): Promise<void> {
  const hash = createHash('sha1');
  for await (const part of bytes.all()) hash.update(part);
  const found = hash.digest('hex');
  if (found !== checksum) throw refused(`its checksum is ${found}, and ${checksum} was announced`);
}
