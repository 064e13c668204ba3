import { type Clock, Failure, parseDurationMs } from '../base/index.ts';
import type { Client } from './client.ts';
import { CLI_FAILURES } from './failures.ts';
import type { Printer } from './printer.ts';

/** What every command works with. */
export interface RunContext {
  readonly client: () => Client;
  readonly printer: Printer;
  readonly clock: Clock;
  readonly readInput: () => Promise<string>;
}

export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** Reads `1h` (ago), `now`, or a time with zone such as `2026-11-22T17:00:00Z`. Throws `cli.argument-invalid`. */
export function readTimeMs(name: string, text: string, nowMs: number): number {
  if (text === 'now') return nowMs;
  const agoMs = parseDurationMs(text);
  if (agoMs !== undefined) return nowMs - agoMs;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const ms = Date.parse(text);
  if (hasZone && !Number.isNaN(ms)) return ms;
  const expected = 'a duration such as 15m, 1h, 7d or a time with its zone such as 2026-11-22T17:00:00Z';
  throw new Failure(CLI_FAILURES.argumentInvalid, { name, value: text, expected });
}

/** The range that --since and --until name. The end is exclusive. */
export function readRange(options: { readonly since: string; readonly until: string }, nowMs: number): TimeRange {
  const startMs = readTimeMs('--since', options.since, nowMs);
  // One second of slack past now finds what was sent in this very second.
  const endMs = options.until === 'now' ? nowMs + 1000 : readTimeMs('--until', options.until, nowMs);
  if (endMs <= startMs) {
    throw new Failure(CLI_FAILURES.argumentInvalid, {
      name: '--until',
      value: options.until,
      expected: 'later than --since',
    });
  }
  return { startMs, endMs };
}
