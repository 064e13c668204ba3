import { originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping';
import type { Lines } from './source-lines.ts';

/** A map that is ready to be asked. */
export interface ShelvedMap {
  readonly trace: TraceMap;
  readonly minified: Lines | undefined;
  readonly lines: (source: number) => Lines | undefined;
}

/** An original position by the place in the minified file, both from one. */
export interface OriginalPlace {
  readonly source: number;
  readonly sourceName: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
}

export function originalPlace(map: ShelvedMap, line: number, column: number): OriginalPlace | undefined {
  const found = originalPositionFor(map.trace, { line, column: Math.max(0, column - 1) });
  if (found.source === null || found.line === null) return undefined;
  const source = map.trace.resolvedSources.indexOf(found.source);
  return { source, sourceName: found.source, line: found.line, column: found.column + 1, name: found.name ?? '' };
}
