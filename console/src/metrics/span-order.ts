import type { TraceSpan } from '../api/types.ts';

export interface PlacedSpan {
  readonly span: TraceSpan;
  readonly depth: number;
}

/**
 * Spans as a tree from the top down, children by their start. A span whose parent has not arrived stands at the top;
 * spans that are each other's parents would never be reached, and are added at the end.
 */
export function inTreeOrder(spans: readonly TraceSpan[]): readonly PlacedSpan[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byParent = new Map<string, TraceSpan[]>();
  for (const span of spans) {
    const parent = ids.has(span.parentSpanId) && span.parentSpanId !== span.spanId ? span.parentSpanId : '';
    const siblings = byParent.get(parent) ?? [];
    siblings.push(span);
    byParent.set(parent, siblings);
  }
  const placed: PlacedSpan[] = [];
  const reached = new Set<string>();
  const stack = (byParent.get('') ?? []).map((span) => ({ span, depth: 0 })).reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { span, depth } = next;
    if (reached.has(span.spanId)) continue;
    reached.add(span.spanId);
    placed.push(next);
    const children = byParent.get(span.spanId) ?? [];
    stack.push(...children.map((child) => ({ span: child, depth: depth + 1 })).reverse());
  }
  const lost = spans.filter(({ spanId }) => !reached.has(spanId)).map((span) => ({ span, depth: 0 }));
  return [...placed, ...lost];
}
