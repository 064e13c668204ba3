import { expect, test } from 'vitest';
import { EventCounts } from './event-counts.ts';
import type { AuditEntry } from './types.ts';

const entry: AuditEntry = {
  identity: { type: 'key', id: 'k', name: 'k', sourceIp: '192.0.2.1', userAgent: 'a' },
  source: 'logs',
  eventName: 'PutLogEvents',
  readOnly: false,
  resources: [{ type: 'log-group', name: '/a' }],
};

test('calls are summed by who, where from, what, on what and how it ended', () => {
  const counts = new EventCounts();
  const add = (more: Partial<AuditEntry>) => counts.add({ ...entry, ...more }, { events: 2, bytes: 3 }, 1000);
  add({});
  add({ identity: { ...entry.identity, userAgent: 'b' } });
  add({ identity: { ...entry.identity, sourceIp: '192.0.2.2' } });
  add({ eventName: 'Other' });
  add({ resources: [{ type: 'log-group', name: '/b' }] });
  add({ errorCode: 'x' });
  expect(counts.size).toBe(5);
  const [first] = counts.take();
  expect(first?.requestParameters).toEqual({
    aggregated: {
      ...{ windowStart: '1970-01-01T00:00:01.000Z', windowEnd: '1970-01-01T00:00:01.000Z' },
      ...{ calls: 2, events: 4, bytes: 6 },
    },
  });
  expect(counts.size).toBe(0);
  expect(counts.take()).toEqual([]);
});
