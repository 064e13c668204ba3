/**
 * releases: which versions ran where, and what maps their minified code back.
 */
export { parseVersion } from './parse-version.ts';
export type * from './types.ts';
