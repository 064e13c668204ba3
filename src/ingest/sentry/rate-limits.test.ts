import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../base/index.ts';
import type { Project } from '../../issues/index.ts';
import { createRateLimits, rateLimitsHeader } from './rate-limits.ts';

const project = (id: string, limitsPerMinute: Project['settings']['limitsPerMinute']): Project => ({
  id,
  slug: id,
  name: id,
  platform: 'node',
  createdMs: 0,
  isInternal: false,
  settings: {
    retentionDays: 30,
    groupingVersion: '',
    fingerprintRules: '',
    enhancementRules: '',
    allowedOrigins: [],
    limitsPerMinute,
    keeps: { attachments: true, replays: true, profiles: true, minidumps: true },
    resolveAfterDays: 0,
  },
});

describe('limits per minute', () => {
  it('are of one project and one category, and begin anew after a minute', async () => {
    const clock = createManualClock();
    const limits = createRateLimits(clock);
    const shop = project('1', { error: 2 });
    expect(limits.take(shop, 'error', 1)).toBeUndefined();
    await clock.advance(20_000);
    expect(limits.take(shop, 'error', 1)).toBeUndefined();
    expect(limits.take(shop, 'error', 1)).toEqual({ category: 'error', retryAfterSeconds: 40, reason: 'quota' });
    expect(limits.take(shop, 'log_item', 1)).toBeUndefined();
    expect(limits.take(project('2', { error: 2 }), 'error', 1)).toBeUndefined();
    await clock.advance(39_500);
    expect(limits.take(shop, 'error', 1)?.retryAfterSeconds).toBe(1);
    await clock.advance(500);
    expect(limits.take(shop, 'error', 1)).toBeUndefined();
  });

  it('take the request that reaches them whole, so that a large container is not refused for ever', () => {
    const limits = createRateLimits(createManualClock());
    const shop = project('1', { span: 10 });
    expect(limits.take(shop, 'span', 5_000)).toBeUndefined();
    expect(limits.take(shop, 'span', 1)).toBeDefined();
  });

  it('of zero let nothing in, and have a default where none is set', () => {
    const limits = createRateLimits(createManualClock());
    expect(limits.take(project('1', { error: 0 }), 'error', 1)).toBeDefined();
    expect(limits.take(project('2', {}), 'error', 60_000)).toBeUndefined();
    expect(limits.take(project('2', {}), 'error', 1)).toBeDefined();
  });

  it('are said with the longest time of each category, under all names that SDKs have for it', () => {
    const header = rateLimitsHeader([
      { category: 'error', retryAfterSeconds: 5, reason: 'quota' },
      { category: 'profile', retryAfterSeconds: 7, reason: 'quota' },
      { category: 'error', retryAfterSeconds: 10, reason: 'overloaded' },
    ]);
    expect(header).toBe('10:error:project:overloaded, 7:profile;profile_chunk:project:quota');
  });
});
