import { inflateRawSync } from 'node:zlib';
import { AnyMap, type SourceMapInput, type TraceMap } from '@jridgewell/trace-mapping';
import { LRUCache } from 'lru-cache';
import { functionNameAt, identifierAt } from './function-names.ts';
import type { MapPosition, MappedPosition, MapQuestion, MapResult, PackedBytes } from './map-questions.ts';
import { originalPlace, type ShelvedMap } from './shelved-map.ts';
import { createLines, type Lines } from './source-lines.ts';

export interface MapShelf {
  readonly answer: (question: MapQuestion) => MapResult;
}

interface ShelfSettings {
  /** Of all maps together, estimated. */
  readonly bytesMax: number;
  readonly linesAround: number;
  readonly lineCharsMax: number;
}

/** Parsed, mappings and names take about so many times the length of their text (measured with a map of 23 MB). */
const PARSED_FACTOR = 14;

/** Source maps that were parsed, as many as fit; pure but for what it holds. */
export function createMapShelf(settings: ShelfSettings): MapShelf {
  const shelf = new LRUCache<string, { readonly map: ShelvedMap; readonly bytes: number }>({
    maxSize: settings.bytesMax,
    sizeCalculation: ({ bytes }) => bytes,
  });
  return {
    answer: (question) => {
      try {
        let found = shelf.get(question.key);
        if (found === undefined) {
          if (question.load === undefined) return { type: 'unknown' };
          found = parseMap(question.load);
          // One that is larger than the shelf is asked once and not kept.
          shelf.set(question.key, found);
        }
        const { map } = found;
        return {
          type: 'mapped',
          positions: question.positions.map((position) => mapPosition(map, position, settings)),
        };
      } catch (error) {
        return { type: 'failed', reason: error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read' };
      }
    },
  };
}

function unpackText({ bytes, lengthBytes, method }: PackedBytes): string {
  const plain = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(1, lengthBytes) });
  return new TextDecoder('utf-8').decode(plain);
}

/** Some servers put this in front of JSON so that no script can include it; the format allows it. */
const GUARD = /^\)\]\}'[^\n]*\n/;

function parseMap(load: NonNullable<MapQuestion['load']>) {
  const text = unpackText(load.map).replace(GUARD, '');
  const parsed = JSON.parse(text) as SourceMapInput;
  const trace = new AnyMap(parsed, load.mapUrl === '' ? null : load.mapUrl) as TraceMap;
  const minifiedText = load.minified === undefined ? undefined : unpackText(load.minified);
  const bySource = new Map<number, Lines | undefined>();
  const map: ShelvedMap = {
    trace,
    minified: minifiedText === undefined ? undefined : createLines(minifiedText),
    lines: (source) => {
      if (bySource.has(source)) return bySource.get(source);
      const content = trace.sourcesContent?.[source];
      const lines = typeof content === 'string' ? createLines(content) : undefined;
      bySource.set(source, lines);
      return lines;
    },
  };
  const contents = trace.sourcesContent?.reduce((sum, content) => sum + (content?.length ?? 0), 0) ?? 0;
  const mappings = Math.max(0, text.length - contents);
  return { map, bytes: 1 + mappings * PARSED_FACTOR + 2 * contents + 2 * (minifiedText?.length ?? 0) };
}

function mapPosition(map: ShelvedMap, position: MapPosition, settings: ShelfSettings): MappedPosition | undefined {
  const place = originalPlace(map, position.line, position.column);
  if (place === undefined) return undefined;
  const lines = place.source < 0 ? undefined : map.lines(place.source);
  return {
    source: place.sourceName,
    line: place.line,
    column: place.column,
    functionName: functionNameAt(map, position),
    calledName: place.name !== '' ? place.name : identifierAt(lines, place),
    ...contextOf(lines, place, settings),
  };
}

/** The lines around a place; long ones are cut so that the column stays in sight. */
export function contextOf(
  lines: Lines | undefined,
  { line, column }: { readonly line: number; readonly column: number },
  { linesAround, lineCharsMax }: Pick<ShelfSettings, 'linesAround' | 'lineCharsMax'>,
): Pick<MappedPosition, 'preContext' | 'contextLine' | 'postContext'> {
  const at = lines?.line(line);
  if (lines === undefined || at === undefined) return { preContext: [], postContext: [] };
  const cut = (text: string): string => (text.length <= lineCharsMax ? text : `${text.slice(0, lineCharsMax - 1)}…`);
  const range = (from: number, to: number): string[] => {
    const texts: string[] = [];
    for (let number = Math.max(1, from); number <= to; number += 1) {
      const text = lines.line(number);
      if (text !== undefined) texts.push(cut(text));
    }
    return texts;
  };
  return {
    preContext: range(line - linesAround, line - 1),
    contextLine: cutAround(at, column, lineCharsMax),
    postContext: range(line + 1, line + linesAround),
  };
}

function cutAround(text: string, column: number, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const start = Math.max(0, Math.min(column - Math.floor(charsMax / 2), text.length - charsMax));
  const end = start + charsMax;
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}
