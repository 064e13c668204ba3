import { LRUCache } from 'lru-cache';
import type { Frame, GroupingComponent } from '../types.ts';
import { leaf } from './component.ts';
import { type Name, normalizeFile, normalizeFunction, normalizeModule, trimFunction } from './frame-names.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { foldPath } from './matcher.ts';
import { type Family, familyOf, hasUrlOrigin } from './platform.ts';

/** What is known of a frame apart from its line, its source and its locals; the same for every event that has it. */
export interface FrameFacts {
  readonly platform: string;
  readonly family: Family;
  /** As rules see them. */
  readonly function: string;
  readonly module: string;
  readonly package: string;
  readonly path: string;
  readonly filename: string;
  /** As patterns of paths are compared. */
  readonly folded: { readonly path: string; readonly package: string; readonly filename: string };
  readonly hasFunction: boolean;
  readonly hasUrlOrigin: boolean;
  /** Frames that say nothing wherever they are. */
  readonly noise?: string;
  /** Module and file; the module goes first. */
  readonly place: readonly GroupingComponent[];
  readonly functionPart?: GroupingComponent;
}

export type FactsOf = (frame: Frame, eventPlatform: string) => FrameFacts;

export function createFactsOf(): FactsOf {
  const cache = new LRUCache<string, FrameFacts>({ max: ISSUES_GROUPING_LIMITS.framesCachedMax });
  return (sent, eventPlatform) => {
    const frame = withShortNames(sent);
    const platform = frame.platform === '' ? eventPlatform : frame.platform;
    const key = `${platform}\0${frame.function}\0${frame.rawFunction}\0${frame.module}\0${frame.package}\0${frame.absPath}\0${frame.filename}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const facts = readFacts(frame, platform);
    cache.set(key, facts);
    return facts;
  };
}

/** Names over the limit are cut before anything looks at them. */
function withShortNames(frame: Frame): Frame {
  const { nameCharsMax: max } = ISSUES_GROUPING_LIMITS;
  const longest = Math.max(
    frame.function.length,
    frame.rawFunction.length,
    frame.module.length,
    frame.package.length,
    frame.absPath.length,
    frame.filename.length,
  );
  if (longest <= max) return frame;
  return {
    ...frame,
    function: frame.function.slice(0, max),
    rawFunction: frame.rawFunction.slice(0, max),
    module: frame.module.slice(0, max),
    package: frame.package.slice(-max),
    absPath: frame.absPath.slice(-max),
    filename: frame.filename.slice(-max),
  };
}

function readFacts(frame: Frame, platform: string): FrameFacts {
  const family = familyOf(platform);
  const written = frame.function === '' ? frame.rawFunction : frame.function;
  // A raw name beside it says that whoever sent the event has trimmed already.
  const isTrimmed = frame.function !== '' && frame.rawFunction !== '';
  const trimmed = isTrimmed && platform !== 'csharp' ? written : trimFunction(written, platform, family);
  const functionPart = written === '' ? undefined : toLeaf('function', normalizeFunction(trimmed, platform, family));
  const path = frame.absPath === '' ? frame.filename : frame.absPath;
  const noise = family === 'javascript' ? javaScriptNoise(frame, trimmed) : undefined;
  return {
    platform,
    family,
    function: trimmed === '' ? '<unknown>' : trimmed,
    module: frame.module,
    package: frame.package,
    path,
    filename: frame.filename,
    folded: { path: foldPath(path), package: foldPath(frame.package), filename: foldPath(frame.filename) },
    hasFunction: written !== '',
    hasUrlOrigin: hasUrlOrigin(frame.absPath),
    ...(noise === undefined ? {} : { noise }),
    place: placeOf(frame, platform, family),
    ...(functionPart === undefined ? {} : { functionPart }),
  };
}

function toLeaf(id: string, name: Name): GroupingComponent {
  if (name.ignored !== undefined) return leaf(id, name.value, { contributes: false, hint: name.ignored });
  return name.hint === undefined ? leaf(id, name.value) : leaf(id, name.value, { hint: name.hint });
}

function placeOf(frame: Frame, platform: string, family: Family): readonly GroupingComponent[] {
  const about = { platform, family, absPath: frame.absPath };
  const parts: GroupingComponent[] = [];
  const module = frame.module === '' ? undefined : toLeaf('module', normalizeModule(frame.module, about));
  if (module !== undefined) parts.push(module);
  if (frame.filename === '') return parts;
  const file = toLeaf('filename', normalizeFile(frame.filename, about));
  const isSecond = module?.contributes === true && file.contributes;
  parts.push(isSecond ? { ...file, contributes: false, hint: 'the module goes first' } : file);
  return parts;
}

const NOISE_PATHS: ReadonlySet<string> = new Set(['[native code]', 'native code', 'eval code', '<anonymous>']);

/** Safari shows native frames that other browsers hide, and evaluated code has no place. */
function javaScriptNoise(frame: Frame, name: string): string | undefined {
  const isEval = name.slice(name.lastIndexOf('.') + 1) === 'eval';
  return isEval || NOISE_PATHS.has(frame.absPath) ? 'not every browser shows this frame' : undefined;
}
