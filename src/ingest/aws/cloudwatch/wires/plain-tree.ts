import type { TreeReader } from '../model/read-input.ts';

/** A CBOR time: tag 1 around seconds since 1970. */
export class EpochTime {
  readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }
}

const isRecord = (node: unknown): node is Readonly<Record<string, unknown>> =>
  typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof EpochTime);

const SPECIAL_NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function numberOf(node: unknown): number | undefined {
  if (typeof node === 'number') return node;
  if (typeof node === 'bigint') return Number(node);
  // JSON has no other form for them.
  return typeof node === 'string' && Object.hasOwn(SPECIAL_NUMBERS, node) ? SPECIAL_NUMBERS[node] : undefined;
}

function timeOf(node: unknown): number | undefined {
  const seconds = node instanceof EpochTime ? node.seconds : numberOf(node);
  if (seconds !== undefined) return Number.isFinite(seconds) ? Math.round(seconds * 1000) : undefined;
  return typeof node === 'string' ? parseIsoTime(node) : undefined;
}

/** ISO 8601 as SDKs write it; a time without a zone is UTC. Undefined for anything else. */
export function parseIsoTime(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (match === null) return undefined;
  const zone = (match[3] ?? 'Z').toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Reads what JSON and CBOR both decode to: plain objects, arrays and scalars. */
export const PLAIN_TREE: TreeReader = {
  isAbsent: (node) => node === undefined || node === null,
  structure: (node) => (isRecord(node) ? (name) => (Object.hasOwn(node, name) ? node[name] : undefined) : undefined),
  items: (node) => (Array.isArray(node) ? node : undefined),
  entries: (node) => (isRecord(node) ? Object.entries(node).filter(([, item]) => item !== null) : undefined),
  text: (node) => (typeof node === 'string' ? node : undefined),
  number: numberOf,
  flag: (node) => (typeof node === 'boolean' ? node : undefined),
  timeMs: timeOf,
};
