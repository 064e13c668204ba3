import { baseName, type Family, hasUrlOrigin } from './platform.ts';
import { trimNativeFunction } from './trim-native-function.ts';

/** Names as they count: without what differs between runs, builds, hosts and versions of a language. */

export interface Name {
  readonly value: string;
  /** Absent when it counts. */
  readonly ignored?: string;
  readonly hint?: string;
}

/** The name of a function as rules see it: trimmed, but with nothing of it made the same. */
export function trimFunction(name: string, platform: string, family: Family): string {
  if (family === 'native') return trimNativeFunction(name);
  if (platform === 'csharp') return cutAt(name, ' (');
  if (family === 'javascript') return name.replace(/ \(index \d+\)$/, '').replace(/^(?:async |new )/, '');
  return name;
}

const cutAt = (text: string, mark: string): string => {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
};

const changed = (value: string, before: string, hint: string): Name => (value === before ? { value } : { value, hint });

// ---------------------------------------------------------------- functions

const UNKNOWN_JAVASCRIPT: ReadonlySet<string> = new Set([
  '?',
  '<anonymous>',
  '<anonymous function>',
  'Anonymous function',
  'anonymous',
]);

export function normalizeFunction(name: string, platform: string, family: Family): Name {
  if (family === 'javascript') return normalizeJavaScript(name);
  if (family === 'native') {
    const isUnknown = name === '<redacted>' || name === '<unknown>' || name === '??';
    return isUnknown ? { value: name, ignored: 'the function is not known' } : { value: name };
  }
  switch (platform) {
    case 'ruby':
      return normalizeRuby(name);
    case 'php':
      return normalizePhp(name);
    case 'java':
      return normalizeJavaFunction(name);
    case 'csharp':
      return normalizeSharp(name);
    case 'go':
      return changed(cutGoGenerics(name), name, 'without type arguments');
    default:
      return { value: name };
  }
}

function normalizeJavaScript(name: string): Name {
  const alias = cutAt(name, ' [as ');
  const last = alias.slice(alias.lastIndexOf('.') + 1);
  if (last === '' || UNKNOWN_JAVASCRIPT.has(last) || last.endsWith('/<')) {
    return { value: last, ignored: 'the function has no name' };
  }
  return changed(last, name, 'without its object, which browsers name differently');
}

/** Blocks are named by their depth, and compiled templates by numbers of the run. */
function normalizeRuby(name: string): Name {
  if (name.startsWith('block ')) return { value: 'block', hint: 'a block, by whatever it is in' };
  const plain = name.replace(/^(?:rescue|ensure) (?:\(\d+ levels\) )?in /, '');
  return changed(plain.replace(/_{2,3}\d{4,}_\d{3,}$/, ''), name, 'without the number of the compiled template');
}

function normalizePhp(name: string): Name {
  if (name.startsWith('[Anonymous') || name.startsWith('class@anonymous\0')) {
    return { value: name, ignored: 'the function has no name' };
  }
  if (name.startsWith('class@anonymous'))
    return { value: name.slice(name.lastIndexOf('::') + 2), hint: 'method of a class without name' };
  return changed(name.replace(/\{closure:(.*):\d+\}$/, '{closure:$1}'), name, 'without the line of the closure');
}

function normalizeJavaFunction(name: string): Name {
  if (name.startsWith('lambda$')) return { value: name, ignored: 'lambdas are numbered by the compiler' };
  return changed(name.replace(/^access\$\d+$/, 'access$<n>'), name, 'without the number of the compiler');
}

/** State machines of async methods, local functions, generic arities. A lambda keeps its number: it has no other name. */
function normalizeSharp(name: string): Name {
  const plain = name
    .replace(/<(\w+)>d__\d+(?:`\d+)?(?:\.MoveNext)?/g, '$1')
    .replace(/<\w+>g__(\w+)\|\d+(?:_\d+)*/g, '$1')
    .replace(/<>c__DisplayClass\d+(?:_\d+)*/g, '<>c__DisplayClass')
    .replace(/`\d+/g, '')
    .replace(/\[[^[\]]*\]$/, '');
  return changed(plain, name, 'without what the compiler made');
}

const cutGoGenerics = (name: string): string => name.replace(/\[(?:[^[\]]|\[[^[\]]*\])*\]/g, '');

// ---------------------------------------------------------------- modules

export function normalizeModule(
  module: string,
  frame: { readonly platform: string; readonly family: Family; readonly absPath: string },
): Name {
  const { platform, family, absPath } = frame;
  if (family === 'javascript' && module.includes('/') && absPath.endsWith(module)) {
    return { value: module, ignored: 'the module is the path of the file' };
  }
  if (platform === 'java') {
    if (/\$\$Lambda(?:\$|\/|$)/.test(module))
      return { value: module, ignored: 'lambdas are numbered when they are made' };
    return changed(normalizeJavaModule(module), module, 'without what was generated');
  }
  if (platform === 'csharp') {
    return changed(normalizeSharp(cutAt(module, '[[')).value, module, 'without what the compiler made');
  }
  if (platform === 'go') return changed(cutGoGenerics(module), module, 'without type arguments');
  return { value: module };
}

function normalizeJavaModule(module: string): string {
  if (!module.includes('$') && !module.includes('Generated')) return module;
  return module
    .replace(/^((?:sun|jdk\.internal)\.reflect\.Generated(?:Serialization)?(?:Method|Constructor)Accessor)\d+.*$/, '$1')
    .replace(/\$\$(\w*?CGLIB)\$\$[0-9a-fA-F]+(?:_\d+)?/g, '$$$$$1$$$$<auto>')
    .replace(/\$\$_javassist(?:_seam)?(?:_\d+)?/g, '$$$$_javassist<auto>')
    .replace(/\$(HibernateProxy|ByteBuddy|MockitoMock|auxiliary)\$\w+/g, '$$$1$$<auto>')
    .replace(/^(?:com\.sun\.proxy|jdk\.proxy\d*)\.\$Proxy\d+$/, '$$Proxy<auto>')
    .replace(/\$Proxy\d+$/, '$$Proxy<auto>')
    .replace(/\$fn__\d+/g, '$$fn__<auto>')
    .replace(/\$eval\d+/g, '$$eval<auto>')
    .replace(/\/0x[0-9a-f]{8,16}$/, '');
}

// ---------------------------------------------------------------- files

export function normalizeFile(
  filename: string,
  frame: { readonly platform: string; readonly family: Family; readonly absPath: string },
): Name {
  const value = baseName(cutQuery(filename, frame.family)).toLowerCase();
  if (hasUrlOrigin(frame.absPath)) return { value, ignored: 'the file was loaded from an address' };
  if (value === '<anonymous>' || value === '[native code]' || value === 'native code') {
    return { value, ignored: 'the file has no name' };
  }
  if (frame.family === 'javascript')
    return changed(cutBuildHash(value, baseName(filename)), value, 'without the hash of the build');
  if (frame.platform === 'java') {
    return changed(
      value.replace(/\$\$_javassist(?:_seam)?(?:_\d+)?/, '$$$$_javassist<auto>'),
      value,
      'without what was generated',
    );
  }
  return changed(value.replace(/^[0-9a-f]{32,40}(?=\.php$)/, '<compiled>'), value, 'a compiled template');
}

const cutQuery = (filename: string, family: Family): string =>
  family === 'javascript' ? filename.replace(/[?#].*$/, '') : filename;

/** `main.3f2a9c1b.js` and `index-BkX9z12_.js` are the same file in every build. */
function cutBuildHash(value: string, written: string): string {
  const hexed = value.replace(
    /[.-](?=[a-f]*\d)[0-9a-f]{8,40}(?=\.(?:chunk\.|bundle\.|min\.)?(?:[cm]?js|jsbundle|css)$)/,
    '',
  );
  if (hexed !== value) return hexed;
  const mixed = /-[A-Za-z0-9_-]{8}(?=\.[cm]?js$)/.exec(cutQuery(written, 'javascript'));
  const isHash = mixed !== null && /\d/.test(mixed[0]) && /[A-Z]/.test(mixed[0]);
  return isHash ? value.slice(0, mixed.index) + value.slice(mixed.index + mixed[0].length) : value;
}
