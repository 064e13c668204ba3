/** Addresses of files in bundles: whole, or with `~` for any scheme and host, as uploaders write them. */

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const ANY_HOST = 'http://any.invalid';

/** Under which addresses a file of a stack trace may have been uploaded, the most exact first. */
export function candidateUrls(absPath: string): readonly string[] {
  const withoutHash = absPath.split('#', 1)[0] ?? '';
  const bare = withoutHash.split('?', 1)[0] ?? '';
  const found = [withoutHash, tilde(withoutHash), bare, tilde(bare)];
  return [...new Set(found.filter((url) => url !== '' && url !== '~/'))];
}

function tilde(url: string): string {
  if (url.startsWith('~/')) return url;
  // What webpack names is no address of a server: there the whole is the name.
  if (/^webpack/i.test(url)) return '';
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/^[A-Za-z]:[\\/]/, '/');
  return `~${path.startsWith('/') ? '' : '/'}${path.replaceAll('\\', '/')}`;
}

/** A reference of one file to another, as addresses to look for. */
export function resolveUrls(base: string, reference: string): readonly string[] {
  if (SCHEME.test(reference)) return candidateUrls(reference);
  try {
    const isTilde = base.startsWith('~');
    const resolved = new URL(reference, isTilde ? ANY_HOST + base.slice(1) : base);
    const path = decoded(resolved.pathname);
    return [...new Set([...(isTilde ? [] : [resolved.href.split('?', 1)[0] ?? '']), `~${path}`])];
  } catch {
    // A reference that makes no address leads to no file.
    return [];
  }
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

const REFERENCE = /^[ \t]*\/\/[#@][ \t]*sourceMappingURL=(\S+)[ \t]*$/;
/** How far from the end of a file its comment is looked for; an inline map is longer than that. */
const TAIL_LINES = 20;

/** What the last `sourceMappingURL` comment of a script names (ECMA-426); undefined when it has none. */
export function sourceMapReference(text: string): string | undefined {
  let end = text.length;
  for (let line = 0; line < TAIL_LINES && end > 0; line += 1) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const found = REFERENCE.exec(text.slice(start, end).replace(/\r$/, ''));
    if (found?.[1] !== undefined) return found[1];
    end = start - 1;
  }
  return undefined;
}

/** The bytes of an inline map; undefined when the reference is another address. */
export function inlineMap(reference: string): Buffer | undefined {
  const found = /^data:application\/json;(?:charset=[\w-]+;)?base64,/i.exec(reference);
  return found === null ? undefined : Buffer.from(reference.slice(found[0].length), 'base64');
}
