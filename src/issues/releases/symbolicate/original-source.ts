import path from 'node:path';

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** How a source that a map names is shown, and whether it is of the people who sent the event. */
export interface OriginalSource {
  readonly absPath: string;
  readonly filename: string;
  readonly module: string;
  readonly isInternal: boolean;
}

/**
 * Reads the name of a source as bundlers write it. `minifiedPath` is where the minified file was: sources are named
 * relative to it.
 */
export function originalSource(source: string, minifiedPath: string): OriginalSource {
  const absPath = absoluteOf(source, minifiedPath);
  const webpack = /^webpack(?:-internal)?:\/\/[^/]*\/(.*)$/i.exec(source)?.[1];
  const filename = (webpack ?? source).split('?', 1)[0] ?? source;
  return { absPath, filename, module: moduleOf(filename), isInternal: isInternal(absPath, filename) };
}

function absoluteOf(source: string, minifiedPath: string): string {
  if (SCHEME.test(source)) return source;
  if (SCHEME.test(minifiedPath)) {
    try {
      return new URL(source, minifiedPath).href;
    } catch {
      return source;
    }
  }
  return source.startsWith('/') ? source : path.posix.join(path.posix.dirname(minifiedPath), source);
}

const DEPENDENCY = /(?:^|[/\\~])(?:node_modules|bower_components|\.yarn|\.pnpm)[/\\]/;
/** webpack 4 and older wrote dependencies as `./~/name`. */
const OLD_DEPENDENCY = /(?:^|\/)~\//;
const BUNDLER =
  /^(?:\(?webpack\)?[/:]|\(webpack\)|webpack\/(?:bootstrap|runtime|startup)|vite\/|vite:|@vite\/|\0|turbopack[:/]|__vite|rollup:|rolldown:|esbuild:|<define:|<runtime>|<stdin-runtime>)/i;

/** Code of dependencies and of the bundler itself. */
function isInternal(absPath: string, filename: string): boolean {
  if (DEPENDENCY.test(absPath) || DEPENDENCY.test(filename)) return true;
  return OLD_DEPENDENCY.test(filename) || BUNDLER.test(filename);
}

/** `./src/cart/total.ts` is `src/cart/total`. */
function moduleOf(filename: string): string {
  const withoutHost = filename.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\//i, '');
  const bare = withoutHost.replace(/^(?:\.{0,2}\/|~\/)+/, '');
  return bare.replace(/\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/i, '');
}
