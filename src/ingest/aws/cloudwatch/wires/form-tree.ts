import { Failure } from '../../../../base/index.ts';
import { CLOUDWATCH_FAILURES } from '../failures.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import type { TreeReader } from '../model/read-input.ts';
import { parseIsoTime } from './plain-tree.ts';

/** One part of a dotted name in a form: `MetricData.member.1.Value` is four of them. */
export interface FormNode {
  value: string | undefined;
  children: Map<string, FormNode> | undefined;
}

const malformed = (reason: string): Failure => new Failure(CLOUDWATCH_FAILURES.bodyMalformed, { reason });

/** Reads a body of `application/x-www-form-urlencoded`. Throws `cloudwatch.body-malformed`. */
export function parseForm(bytes: Buffer): FormNode {
  const root: FormNode = { value: undefined, children: undefined };
  if (bytes.length === 0) return root;
  const text = bytes.toString('latin1');
  let fields = 0;
  for (let at = 0; at <= text.length; ) {
    const next = text.indexOf('&', at);
    const end = next < 0 ? text.length : next;
    if (end > at) {
      fields += 1;
      if (fields > CLOUDWATCH_LIMITS.formFields) throw malformed('it has too many fields');
      addField(root, text.slice(at, end));
    }
    at = end + 1;
  }
  return root;
}

function addField(root: FormNode, field: string): void {
  const equals = field.indexOf('=');
  const name = decodePart(equals < 0 ? field : field.slice(0, equals));
  const steps = name.split('.', CLOUDWATCH_LIMITS.formDepth + 1);
  if (steps.length > CLOUDWATCH_LIMITS.formDepth) throw malformed('the name of a field has too many parts');
  let node = root;
  for (const step of steps) {
    node.children ??= new Map();
    let child = node.children.get(step);
    if (child === undefined) {
      child = { value: undefined, children: undefined };
      node.children.set(step, child);
    }
    node = child;
  }
  // The first one counts: whoever signs a form twice over must not be able to hide the second.
  if (node.value !== undefined) throw malformed('a field occurs twice');
  node.value = decodePart(equals < 0 ? '' : field.slice(equals + 1));
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(Buffer.from(part.replaceAll('+', ' '), 'latin1').toString('utf8'));
  } catch {
    throw malformed('a field is not percent-encoded UTF-8');
  }
}

const asNode = (node: unknown): FormNode => node as FormNode;
const isEmpty = ({ value, children }: FormNode): boolean => (value ?? '') === '' && children === undefined;

/** The numbered children of `member` or `entry`, in the order of their numbers. */
function numbered(node: FormNode, word: string): readonly FormNode[] | undefined {
  if (isEmpty(node)) return [];
  const children = node.children?.get(word)?.children;
  if (children === undefined) return undefined;
  const found: [number, FormNode][] = [];
  for (const [key, child] of children) {
    if (!/^[1-9]\d{0,8}$/.test(key)) return undefined;
    found.push([Number(key), child]);
  }
  return found.sort(([a], [b]) => a - b).map(([, child]) => child);
}

function entriesOf(node: FormNode): readonly (readonly [string, unknown])[] | undefined {
  const found = numbered(node, 'entry');
  const pairs = found?.map((entry) => [entry.children?.get('key')?.value, entry.children?.get('value')] as const);
  if (pairs === undefined || pairs.some(([key, value]) => key === undefined || value === undefined)) return undefined;
  return pairs.map(([key, value]) => [key ?? '', value] as const);
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(trimmed)) {
    if (/nan/i.test(trimmed)) return Number.NaN;
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return undefined;
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = numberOf(text);
  if (seconds !== undefined) return Number.isFinite(seconds) ? Math.round(seconds * 1000) : undefined;
  return parseIsoTime(text);
}

export const FORM_TREE: TreeReader = {
  isAbsent: (node) => node === undefined,
  structure: (node) => {
    const { children, value } = asNode(node);
    if (children === undefined && (value ?? '') !== '') return undefined;
    return (name) => children?.get(name);
  },
  items: (node) => numbered(asNode(node), 'member'),
  entries: (node) => entriesOf(asNode(node)),
  text: (node) => asNode(node).value,
  number: (node) => numberOf(asNode(node).value),
  flag: (node) => {
    const text = asNode(node).value?.toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : undefined;
  },
  timeMs: (node) => timeOf(asNode(node).value),
};
