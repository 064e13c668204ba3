import { describe, expect, it } from 'vitest';
import { partitionExpression, readPartitionKey } from './partitions.ts';

describe('the key of a partition', () => {
  it('is read from the form that the engine shows', () => {
    expect(readPartitionKey("('2026-01-31',30)")).toEqual({ day: '2026-01-31', retentionDays: 30 });
    expect(() => readPartitionKey('all')).toThrow('never made');
  });

  it('becomes SQL only when it is one', () => {
    expect(partitionExpression({ day: '2026-01-31', retentionDays: 0 })).toBe("('2026-01-31', 0)");
    expect(() => partitionExpression({ day: "2026-01-31'", retentionDays: 0 })).toThrow('not a day');
    expect(() => partitionExpression({ day: '2026-01-31', retentionDays: 1.5 })).toThrow('not a number');
  });
});
