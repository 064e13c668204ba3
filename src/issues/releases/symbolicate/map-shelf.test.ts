import { deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { MapPosition, MappedPosition, MapResult, PackedBytes } from './map-questions.ts';
import { createMapShelf, type MapShelf } from './map-shelf.ts';

const SETTINGS = { bytesMax: 10_000_000, linesAround: 2, lineCharsMax: 60 };
const packed = (text: string): PackedBytes => {
  const bytes = Buffer.from(text);
  return { bytes: deflateRawSync(bytes), lengthBytes: bytes.length, method: 8 };
};

const SOURCE = `function totalOf(values: number[]): number {
  return values.map((value) => checkValue(value)).reduce((a, b) => a + b, 0);
}
const checkValue = (value: number): number => {
  if (value < 0) throw new RangeError('negative value ' + value);
  return value;
};
class Basket {
  constructor(readonly values: number[]) {}
  summarize(): string { return 'total: ' + totalOf(this.values); }
}
globalThis.run = () => new Basket([1, -2]).summarize();
`;

let code = '';
let map = '';
beforeAll(async () => {
  const stdin = { contents: SOURCE, sourcefile: 'basket.ts', loader: 'ts' as const };
  const built = await build({ stdin, minify: true, sourcemap: 'external', write: false, outdir: '/out', bundle: true });
  for (const { path, text } of built.outputFiles) {
    if (path.endsWith('.map')) map = text;
    else code = text;
  }
});

const askFor = (shelf: MapShelf, positions: readonly MapPosition[], given: { map?: string; minified?: string } = {}) =>
  shelf.answer({
    id: 1,
    key: 'k',
    positions,
    load: { map: packed(given.map ?? map), minified: packed(given.minified ?? code), mapUrl: '' },
  });

const positionsOf = (result: MapResult): readonly (MappedPosition | undefined)[] => {
  if (result.type !== 'mapped') throw new Error(JSON.stringify(result));
  return result.positions;
};

/** Line and column, from one, of text in the minified file. */
function at(text: string, functionName: string): MapPosition {
  const offset = code.indexOf(text);
  const before = code.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, functionName };
}

describe('a shelf of source maps', () => {
  test('says line, context and names of a minified position', () => {
    const arrow = /([\w$]+)=[\w$]+=>\{if\(/.exec(code)?.[1] ?? '';
    const [thrown] = positionsOf(askFor(createMapShelf(SETTINGS), [at('new RangeError', arrow)]));
    expect(thrown).toMatchObject({
      source: expect.stringContaining('basket.ts'),
      line: 5,
      functionName: 'checkValue',
      contextLine: expect.stringContaining('RangeError'),
      preContext: ['}', 'const checkValue = (value: number): number => {'],
      postContext: ['  return value;', '};'],
    });
    const [method] = positionsOf(askFor(createMapShelf(SETTINGS), [at('"total: "', 'o.summarize')]));
    expect(method).toMatchObject({ line: 10, functionName: 'summarize' });
  });

  test('says which function is called at a position', () => {
    const callee = /"total: "\+([\w$]+)\(/.exec(code)?.[1] ?? '';
    const [call] = positionsOf(askFor(createMapShelf(SETTINGS), [at(`${callee}(this`, '')]));
    expect(call).toMatchObject({ line: 10, calledName: 'totalOf' });
  });

  test('asks for a map that it does not hold, and for one that it had to let go', () => {
    const shelf = createMapShelf(SETTINGS);
    const question = { id: 1, key: 'k', positions: [at('new RangeError', '')] };
    expect(shelf.answer(question).type).toBe('unknown');
    askFor(shelf, question.positions);
    expect(shelf.answer(question).type).toBe('mapped');
    const small = createMapShelf({ ...SETTINGS, bytesMax: 100 });
    expect(askFor(small, question.positions).type).toBe('mapped');
    expect(small.answer(question).type).toBe('unknown');
  });

  test('reads maps of several sections', () => {
    const section = JSON.parse(map) as object;
    const indexed = { version: 3, sections: [{ offset: { line: 4, column: 0 }, map: section }] };
    const position = at('new RangeError', '');
    const moved = { ...position, line: position.line + 4 };
    const [found] = positionsOf(askFor(createMapShelf(SETTINGS), [moved], { map: JSON.stringify(indexed) }));
    expect(found?.line).toBe(5);
  });

  test('cuts long lines so that the column stays in sight', () => {
    const long = `${'x'.repeat(500)}HERE${'y'.repeat(500)}`;
    const wide = { version: 3, sources: ['a.ts'], sourcesContent: [long], names: [], mappings: 'AAAgf' };
    const position = { line: 1, column: 1, functionName: '' };
    const [found] = positionsOf(askFor(createMapShelf(SETTINGS), [position], { map: JSON.stringify(wide) }));
    expect(found?.contextLine).toMatch(/^….*HERE.*…$/);
    expect(found?.contextLine?.length).toBeLessThanOrEqual(62);
  });

  test('tells what cannot be read, and never throws', () => {
    const position = { line: 1, column: 1, functionName: 'f' };
    const refused = (text: string): void =>
      expect(askFor(createMapShelf(SETTINGS), [position], { map: text }).type).toBe('failed');
    refused('not json');
    refused('{"version":3,"sections":[{"offset":{"line":0,"column":0},"url":"other.map"}]}');
    const lying = { bytes: deflateRawSync(Buffer.alloc(100_000)), lengthBytes: 10, method: 8 };
    const load = { map: lying, mapUrl: '' };
    expect(createMapShelf(SETTINGS).answer({ id: 1, key: 'k', positions: [position], load }).type).toBe('failed');
  });

  test('answers any position of any map', () => {
    const maps = fc.record({
      version: fc.constant(3),
      sources: fc.array(fc.oneof(fc.string(), fc.constant(null))),
      sourcesContent: fc.array(fc.oneof(fc.string(), fc.constant(null))),
      names: fc.array(fc.string()),
      mappings: fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9+/,;]{0,60}$/)),
    });
    fc.assert(
      fc.property(maps, fc.string(), fc.nat(50), fc.nat(50), fc.string(), (text, minified, line, column, name) => {
        const position = { line: line + 1, column: column + 1, functionName: name };
        const result = askFor(createMapShelf(SETTINGS), [position], { map: JSON.stringify(text), minified });
        expect(['mapped', 'failed']).toContain(result.type);
      }),
    );
  });
});
