import { REDACT_LIMITS } from './limits.ts';

/** Called for each occurrence of a keyword; answer false to end the scan. */
export type KeywordVisitor = (keyword: number, start: number) => boolean;

export interface KeywordScan {
  /** Visits every occurrence of every keyword, in the order of their ends. Case does not matter. */
  readonly visit: (text: string, visitor: KeywordVisitor) => void;
  readonly stateCount: number;
}

/**
 * One pass over a text for all keywords at once (Aho and Corasick, Efficient string matching, CACM 18(6), 1975),
 * as a dense table: state and character class index the next state directly, failure links are resolved when the
 * table is built. Letters of both cases share a class. States in which some keyword ends have the highest numbers, so
 * that the inner loop needs one comparison. Texts are copied to bytes of their low halves first: reading bytes is
 * faster than reading characters, positions stay the same, and a character outside Latin-1 that looks like
 * an ASCII letter by its low byte only costs a pattern run in vain.
 */
export function createKeywordScan(keywords: readonly string[]): KeywordScan {
  const { classes, classCount } = classify(keywords);
  const trie = growTrie(keywords, classes, classCount);
  const { table, columns, firstOutput, outputStart, outputKeywords } = flatten(trie, classCount);
  const lengths = Uint16Array.from(keywords, (keyword) => keyword.length);
  const outputFloor = firstOutput * columns;
  const blockLength = REDACT_LIMITS.scanBlockLength;
  const bytes = Buffer.allocUnsafeSlow(blockLength);

  const report = (state: number, end: number, visitor: KeywordVisitor): boolean => {
    const row = state / columns - firstOutput;
    const last = outputStart[row + 1] ?? 0;
    for (let at = outputStart[row] ?? 0; at < last; at += 1) {
      const keyword = outputKeywords[at] ?? 0;
      if (!visitor(keyword, end - (lengths[keyword] ?? 0))) return false;
    }
    return true;
  };

  const visitBlock = (block: string, base: number, from: number, visitor: KeywordVisitor): number => {
    const length = bytes.write(block, 0, 'latin1');
    let state = from;
    for (let at = 0; at < length; at += 1) {
      state = table[state + (classes[bytes[at] as number] as number)] as number;
      if (state >= outputFloor && !report(state, base + at + 1, visitor)) return -1;
    }
    return state;
  };

  return {
    stateCount: table.length / columns,
    visit(text, visitor) {
      if (text.length <= blockLength) {
        visitBlock(text, 0, 0, visitor);
        return;
      }
      let state = 0;
      for (let base = 0; base < text.length && state >= 0; base += blockLength) {
        state = visitBlock(text.slice(base, base + blockLength), base, state, visitor);
      }
    },
  };
}

interface Trie {
  readonly next: Int32Array[];
  /** Keywords that end in each state, those of its suffixes included. */
  readonly outputs: number[][];
  /** States by their depth: the shallow ones are visited most and should lie together. */
  readonly byDepth: readonly number[];
}

function classify(keywords: readonly string[]): { classes: Uint8Array; classCount: number } {
  const classes = new Uint8Array(256);
  let classCount = 1;
  for (const character of new Set(keywords.join(''))) {
    const code = character.charCodeAt(0);
    if (code > 0x7f || classes[code] !== 0) continue;
    classes[code] = classCount;
    const upper = character.toUpperCase().charCodeAt(0);
    classes[upper] = classCount;
    classCount += 1;
  }
  return { classes, classCount };
}

function growTrie(keywords: readonly string[], classes: Uint8Array, classCount: number): Trie {
  const newState = (): Int32Array => new Int32Array(classCount).fill(-1);
  const next = [newState()];
  const outputs: number[][] = [[]];
  for (const [index, keyword] of keywords.entries()) {
    let state = 0;
    for (let at = 0; at < keyword.length; at += 1) {
      const row = next[state] as Int32Array;
      const column = classes[keyword.charCodeAt(at)] ?? 0;
      if ((row[column] ?? -1) < 0) {
        row[column] = next.length;
        next.push(newState());
        outputs.push([]);
      }
      state = row[column] ?? 0;
    }
    outputs[state]?.push(index);
  }
  const byDepth = resolveFailures({ next, outputs }, classCount);
  return { next, outputs, byDepth };
}

/** Breadth first, so that a state's suffix is complete before the state itself takes from it. */
function resolveFailures({ next, outputs }: Omit<Trie, 'byDepth'>, classCount: number): readonly number[] {
  const suffix = new Int32Array(next.length);
  const queue: number[] = [];
  const root = next[0] as Int32Array;
  for (let column = 0; column < classCount; column += 1) {
    const child = root[column] ?? -1;
    if (child < 0) root[column] = 0;
    else queue.push(child);
  }
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] as number;
    const row = next[state] as Int32Array;
    const fallback = next[suffix[state] ?? 0] as Int32Array;
    outputs[state]?.push(...(outputs[suffix[state] ?? 0] ?? []));
    for (let column = 0; column < classCount; column += 1) {
      const child = row[column] ?? -1;
      if (child < 0) row[column] = fallback[column] ?? 0;
      else {
        suffix[child] = fallback[column] ?? 0;
        queue.push(child);
      }
    }
  }
  return [0, ...queue];
}

interface FlatAutomaton {
  /** `table[state + class]`; states are row starts, so that the loop needs no multiplication. */
  readonly table: Int32Array;
  readonly columns: number;
  readonly firstOutput: number;
  readonly outputStart: Uint32Array;
  readonly outputKeywords: Uint32Array;
}

function flatten({ next, outputs, byDepth }: Trie, classCount: number): FlatAutomaton {
  const silent = byDepth.filter((state) => outputs[state]?.length === 0);
  const speaking = byDepth.filter((state) => outputs[state]?.length !== 0);
  const order = [...silent, ...speaking];
  const numbers = new Int32Array(order.length);
  for (const [number, state] of order.entries()) numbers[state] = number;
  const columns = classCount;
  const table = new Int32Array(order.length * columns);
  for (const [number, state] of order.entries()) {
    for (let column = 0; column < classCount; column += 1) {
      table[number * columns + column] = (numbers[next[state]?.[column] ?? 0] ?? 0) * columns;
    }
  }
  const lists = speaking.map((state) => outputs[state] ?? []);
  const outputStart = new Uint32Array(lists.length + 1);
  for (const [row, list] of lists.entries()) outputStart[row + 1] = (outputStart[row] ?? 0) + list.length;
  return { table, columns, firstOutput: silent.length, outputStart, outputKeywords: Uint32Array.from(lists.flat()) };
}
