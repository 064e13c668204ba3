import { expect, it } from 'vitest';
import { createManualClock, HOUR_MS } from '../../base/index.ts';
import type { SpanRow } from '../types.ts';
import { createCountedSpans } from './counted-spans.ts';

const span = (spanId: string, kind = 'server'): SpanRow => ({
  timeNs: 0n,
  durationNs: 1n,
  traceId: 't',
  spanId,
  parentSpanId: '',
  name: 'work',
  kind,
  status: 'unset',
  statusMessage: '',
  service: 's',
  scopeName: '',
  scopeVersion: '',
  resource: {},
  attributesString: {},
  attributesNumber: {},
  attributesBool: {},
  events: [],
  links: [],
});

it('counts a request once however often it is sent, until its points could not be stored', () => {
  const counted = createCountedSpans(createManualClock(0));
  const first = counted.claim([span('a'), span('a'), span('b'), span('c', 'client')]);
  expect(first.fresh.map(({ spanId }) => spanId)).toEqual(['a', 'b']);
  expect(counted.claim([span('b'), span('d')]).fresh.map(({ spanId }) => spanId)).toEqual(['d']);
  first.giveBack();
  expect(counted.claim([span('a'), span('d')]).fresh.map(({ spanId }) => spanId)).toEqual(['a']);
});

it('remembers a bounded number for a bounded time, the newest longest', async () => {
  const clock = createManualClock(0);
  const counted = createCountedSpans(clock, 2);
  for (const id of ['a', 'b', 'c']) counted.claim([span(id)]);
  expect(counted.claim([span('b'), span('c')]).fresh).toEqual([]);
  expect(counted.claim([span('a')]).fresh).toHaveLength(1);
  await clock.advance(HOUR_MS);
  counted.claim([span('x')]);
  expect(counted.claim([span('a')]).fresh).toHaveLength(1);
});
