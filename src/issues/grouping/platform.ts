/** What grouping knows of platforms. A frame may have another platform than its event: native code under Java. */

export type Family = 'javascript' | 'native' | 'other';

const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['javascript', 'javascript'],
  ['node', 'javascript'],
  ['native', 'native'],
  ['c', 'native'],
  ['cocoa', 'native'],
  ['objc', 'native'],
  ['swift', 'native'],
  ['rust', 'native'],
]);

export const familyOf = (platform: string): Family => FAMILIES.get(platform) ?? 'other';

/** Platforms whose SDKs read the source that really runs. Elsewhere lines come and go with what was uploaded. */
const WITH_SOURCE: ReadonlySet<string> = new Set(['javascript', 'node', 'python', 'ruby', 'php']);

export const hasTrustedSource = (platform: string): boolean => WITH_SOURCE.has(platform);

const URL_ORIGIN = /^(?:https?|file|blob|applewebdata|webkit-masked-url|capacitor|ionic):/i;

/** True for code that a browser loaded from an address, which changes with hosts and builds. */
export const hasUrlOrigin = (path: string): boolean => URL_ORIGIN.test(path);

/** The last part of a path of either kind of separator. */
export function baseName(path: string): string {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return at < 0 ? path : path.slice(at + 1);
}
