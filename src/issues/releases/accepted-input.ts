import { clip, Failure, storableText } from '../../base/index.ts';
import type { Project, ProjectDirectory } from '../types.ts';
import { ISSUES_RELEASES_FAILURES } from './failures.ts';
import { ISSUES_RELEASES_LIMITS } from './limits.ts';

const SHOWN_MAX = 80;

/** Why a version is not one that Sentry takes either; undefined when it is. */
function versionRefusal(version: string): string | undefined {
  const max = ISSUES_RELEASES_LIMITS.versionCharsMax;
  if (version.length < 1 || version.length > max) return `it has ${version.length} characters`;
  if (version !== version.trim()) return 'it begins or ends with a space';
  if (version === '.' || version === '..' || version.toLowerCase() === 'latest') return 'the word is reserved';
  if (/[/\\\p{Cc}\p{Cs}]/u.test(version)) return 'it holds a slash or a control character';
  return undefined;
}

export const isVersion = (version: string): boolean => versionRefusal(version) === undefined;

/** Throws `releases.version-invalid`. */
export function acceptedVersion(version: string): string {
  const reason = versionRefusal(version);
  if (reason === undefined) return version;
  const shown = JSON.stringify(clip(version, SHOWN_MAX));
  const max = ISSUES_RELEASES_LIMITS.versionCharsMax;
  throw new Failure(ISSUES_RELEASES_FAILURES.versionInvalid, { version: shown, reason, max });
}

/** Throws `releases.value-invalid` for text that is too long or holds control characters. */
export function acceptedText(field: string, text: string, max: number = ISSUES_RELEASES_LIMITS.textCharsMax): string {
  const refuse = (reason: string): Failure => new Failure(ISSUES_RELEASES_FAILURES.valueInvalid, { field, reason });
  if (text.length > max) throw refuse(`it has ${text.length} characters, and ${max} are the most`);
  if (storableText(text) !== text || /\p{Cc}/u.test(text)) throw refuse('it holds a control character');
  return text;
}

/** Only what a browser may be sent to. */
export function acceptedUrl(field: string, text: string): string {
  const url = acceptedText(field, text);
  if (url === '' || /^https?:\/\//i.test(url)) return url;
  throw new Failure(ISSUES_RELEASES_FAILURES.valueInvalid, { field, reason: 'it is not an http or https address' });
}

/** The projects of these ids. Throws `releases.project-not-found`, `releases.project-missing`. */
export function acceptedProjects(
  directory: Pick<ProjectDirectory, 'byId'>,
  projectIds: readonly string[],
  what: string,
): readonly Project[] {
  const max = ISSUES_RELEASES_LIMITS.projectsMax;
  if (projectIds.length === 0) throw new Failure(ISSUES_RELEASES_FAILURES.projectMissing, { what });
  if (projectIds.length > max) {
    const reason = `${projectIds.length} are named, and ${max} are the most`;
    throw new Failure(ISSUES_RELEASES_FAILURES.valueInvalid, { field: 'list of projects', reason });
  }
  return [...new Set(projectIds)].map((id) => {
    const project = directory.byId(id);
    if (project !== undefined) return project;
    throw new Failure(ISSUES_RELEASES_FAILURES.projectNotFound, { project: clip(id, SHOWN_MAX) });
  });
}

/** At least one and at most a page. */
export const acceptedLimit = (limit: number): number =>
  Math.max(1, Math.min(Math.trunc(limit) || 1, ISSUES_RELEASES_LIMITS.pageMax));

/** Cursors are the base64url of where a page ended; they grant nothing. */
export const writeCursor = (position: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');

/** Throws `releases.cursor-invalid`. */
export function readCursor(cursor: string): readonly [number, string] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor.slice(0, 2_000), 'base64url').toString('utf8'));
    if (Array.isArray(read) && Number.isSafeInteger(read[0]) && typeof read[1] === 'string') return [read[0], read[1]];
  } catch {
    // Not one of ours; told below.
  }
  throw new Failure(ISSUES_RELEASES_FAILURES.cursorInvalid);
}
