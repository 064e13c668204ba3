import type { Span } from '../base/time-range.ts';

/** This page's address with the time fixed: who opens it tomorrow sees what is seen now. */
export function absoluteAddress(span: Span): string {
  const url = new URL(location.href);
  url.searchParams.set('from', new Date(span.startMs).toISOString());
  url.searchParams.set('to', new Date(span.endMs).toISOString());
  return url.href;
}
