import { expect, test } from 'vitest';
import { createManualClock } from '../base/index.ts';
import { main } from './main.ts';
import { printable, printTable } from './printer.ts';
import { readRange, readTimeMs } from './run-context.ts';

const NOW = 1_800_000_000_000;

function recordingPrinter() {
  const written = { out: [] as string[], err: [] as string[] };
  const add = (lines: string[]) => (text: string) => {
    lines.push(`${text}\n`);
  };
  const printer = { out: add(written.out), err: add(written.err), isTerminal: false, widthColumns: 80 };
  return { printer, written };
}

async function run(words: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const { printer, written } = recordingPrinter();
  const settings = { url: 'http://127.0.0.1:9', key: undefined };
  const code = await main(words, { settings, printer, clock: createManualClock(NOW), readInput: async () => input });
  return { code, out: written.out.join(''), err: written.err.join('') };
}

test('help and completion name every command, and end with success', async () => {
  const help = await run(['--help']);
  expect(help.code).toBe(0);
  for (const noun of [
    'logs',
    'trust',
    'key',
    'person',
    'grant',
    'redact',
    'audit',
    'system',
    'issues',
    'project',
    'release',
    'monitor',
  ]) {
    expect(help.out).toContain(noun);
  }
  expect((await run(['logs', 'query', '--help'])).out).toContain('Examples:');
  for (const words of [
    'issues list',
    'issues resolve',
    'issues ignore',
    'project create',
    'release show',
    'monitor list',
  ]) {
    expect((await run([...words.split(' '), '--help'])).out).toContain('Examples:');
  }
  const bash = await run(['completion', 'bash']);
  expect(bash.out).toContain("'issues ignore') words='--for --count");
  expect(bash.out).toContain("'logs query') words='");
  expect(bash.out).toContain('--since');
  expect((await run(['completion', 'fish'])).out).toContain('-a trust');
});

test('a wrong word, a wrong shell and a missing key each have their exit code and a hint', async () => {
  expect((await run(['lgos'])).code).toBe(2);
  expect((await run(['completion', 'powershell'])).code).toBe(2);
  const missing = await run(['trust', 'show']);
  expect(missing.code).toBe(3);
  expect(missing.err).toMatch(/hint: set HOLDFAST_KEY/);
});

test('what cannot be meant is refused before a server is asked', async () => {
  const both = ['issues', 'resolve', 'SHOP-1', '--in-release', '1.0', '--in-next-release'];
  const wrong = [
    both,
    ['issues', 'ignore', 'SHOP-1', '--for', 'soon'],
    ['issues', 'ignore', 'SHOP-1', '--count', '0'],
    ['issues', 'tail', '--for', 'ever'],
    ['project', 'settings', 'shop', '--limit', 'error'],
    ['project', 'delete', 'shop'],
  ];
  for (const words of wrong) expect([words, (await run(words)).code]).toEqual([words, 2]);
});

test('redact masks standard input without a server', async () => {
  const { code, out } = await run(['redact'], 'Authorization: Bearer 3fQ9xkL0vZrT8mPq2WcY7bNd\nplain line\n');
  expect(code).toBe(0);
  expect(out).not.toContain('3fQ9xkL0vZrT8mPq2WcY7bNd');
  expect(out).toContain('plain line');
});

test('times are durations ago, now, or have a zone; a range ends after it begins', () => {
  expect(readTimeMs('--since', '1h30m', NOW)).toBe(NOW - 5_400_000);
  expect(readTimeMs('--since', '2026-11-22T17:00:00+01:00', NOW)).toBe(Date.UTC(2026, 10, 22, 16));
  expect(() => readTimeMs('--since', '2026-11-22T17:00:00', NOW)).toThrow(/not a duration/);
  expect(() => readRange({ since: '1h', until: '2h' }, NOW)).toThrow(/later than --since/);
});

test('stored text cannot move the cursor of a terminal', () => {
  expect(printable('a\u001b[2Jb\u0007c\u009b')).toBe('a\\x1b[2Jb\\x07c\\x9b');
  const { printer, written } = recordingPrinter();
  printTable(
    printer,
    ['N', 'TEXT'],
    [
      [5, 'two\nlines'],
      [12, null],
    ],
  );
  expect(written.out.join('')).toBe(' N  TEXT\n 5  two\\nlines\n12\n');
});
