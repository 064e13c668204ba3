import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insightsCommands, insightsFunctions } from '../../src/logs/insights/index.ts';
import { DAY, type LogsEngine, openLogsEngine } from './logs-engine.ts';

let engine: LogsEngine;
beforeAll(() => {
  engine = openLogsEngine();
  engine.insert(
    Array.from({ length: 50 }, (_, index) => ({
      timeMs: DAY + index * 60_000,
      service: 'api',
      isInfrequent: index % 2 === 0,
      numbers: { durationMs: index },
      strings: { clientIp: index % 3 === 0 ? 'not an address' : `10.0.0.${index}` },
      body:
        index % 2 === 0
          ? `{"status":${index},"items":[{"sku":"a"}],"user":{"name":"x"}}`
          : `user=bob, method:GET, latency := ${index}`,
    })),
  );
});
afterAll(() => engine.close());

/** Rows with odd values of every kind: an engine that stops at one of them would fail the whole query of a user. */
describe('the engine runs every example of the manual', () => {
  const manual = readFileSync(new URL('../../docs/query-language.md', import.meta.url), 'utf8');
  const blocks = [...manual.matchAll(/```insights\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  for (const example of [
    ...blocks,
    ...insightsCommands.map((c) => c.example),
    ...insightsFunctions.map((f) => f.example),
  ]) {
    it(example.trim(), () => {
      const { fields } = engine.compile(example);
      for (const row of engine.run(example)) expect(Object.keys(row)).toEqual(fields.map(({ name }) => name));
      expect(engine.count(example)).toBeLessThanOrEqual(50);
    });
  }
});
