import semver from 'semver';
import type { ParsedVersion } from './types.ts';

const HASH = /^[0-9a-f]{12,64}$/;
/** One to four numbers, then what semver calls a pre-release. Sentry orders versions of one and two numbers too. */
const NUMBERS = /^v?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(-[0-9A-Za-z.-]{1,100})?$/;

/** Reads `package@version+build`. Anything is a version; what has no such form has no parts. */
export function parseVersion(text: string): ParsedVersion {
  // A scope begins with an `@` of its own: `@acme/shop@1.2.3`.
  const at = text.lastIndexOf('@');
  const packageName = at > 0 ? text.slice(0, at) : '';
  const rest = at > 0 ? text.slice(at + 1) : text;
  const plus = rest.indexOf('+');
  const version = plus < 0 ? rest : rest.slice(0, plus);
  const build = plus < 0 ? '' : rest.slice(plus + 1);
  const ordered = semverOf(version);
  const short = HASH.test(version) ? version.slice(0, 12) : version;
  return {
    package: packageName,
    version,
    build,
    short: build === '' || HASH.test(build) ? short : `${short} (${build})`,
    ...(ordered === undefined ? {} : { semver: ordered }),
  };
}

function semverOf(version: string): string | undefined {
  const found = NUMBERS.exec(version);
  // A bare number is more often a build or a date than a version.
  if (found === null || (found[2] === undefined && found[4] === undefined && !version.startsWith('v')))
    return undefined;
  const full = `${found[1]}.${found[2] ?? 0}.${found[3] ?? 0}${found[4] ?? ''}`;
  return semver.valid(full) ?? undefined;
}

const DIGITS = /^\d+$/;

/** Builds of one version: by number when both are numbers, else by their text, as Sentry does. */
function compareBuilds(a: string, b: string): number {
  if (a === b) return 0;
  if (DIGITS.test(a) && DIGITS.test(b)) {
    const difference = BigInt(a) - BigInt(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  // A number is later than text, and anything is later than nothing.
  if (DIGITS.test(a) !== DIGITS.test(b)) return DIGITS.test(a) ? 1 : -1;
  return a < b ? -1 : 1;
}

/** The order of two versions by semver; undefined when they are not of one package or not both semantic. */
export function compareSemantic(a: ParsedVersion, b: ParsedVersion): number | undefined {
  if (a.semver === undefined || b.semver === undefined || a.package !== b.package) return undefined;
  return semver.compare(a.semver, b.semver) || compareBuilds(a.build, b.build);
}
