import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diskUse } from './disk-use.ts';
import {
  cpuShares,
  parseCpu,
  parseDisks,
  parseFileHandles,
  parseMemory,
  parseNetwork,
  parseOpenFilesMax,
} from './parse-proc.ts';

test('ticks of all processors become shares of the time between two readings', () => {
  const before = parseCpu('cpu  100 10 50 800 20 5 5 10 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n');
  expect(before).toEqual({ user: 110, system: 60, iowait: 20, steal: 10, idle: 800 });
  const now = parseCpu('cpu  130 10 60 840 30 5 5 20 0 0');
  expect(before !== undefined && now !== undefined && cpuShares(before, now)).toEqual({
    ...{ user: 30, system: 10, iowait: 10, steal: 10, idle: 40 },
  });
  expect(before !== undefined && cpuShares(before, before), 'no time passed').toBeUndefined();
  expect(now !== undefined && before !== undefined && cpuShares(now, before), 'set back').toBeUndefined();
  expect(parseCpu('intr 5')).toBeUndefined();
});

test('memory is what can be had without swapping, in bytes', () => {
  const text =
    'MemTotal:       2048 kB\nMemFree:   10 kB\nMemAvailable:   1024 kB\nSwapTotal: 512 kB\nSwapFree: 256 kB\n';
  expect(parseMemory(text)).toEqual({ total: 2_097_152, available: 1_048_576, swapTotal: 524_288, swapFree: 262_144 });
  expect(parseMemory('MemTotal: 2 kB\nMemFree: 1 kB\n')?.available, 'kernels before 3.14').toBe(1024);
  expect(parseMemory('MemTotal: 2 kB\n')).toBeUndefined();
});

test('disks are told without their partitions and without what is no disk', () => {
  const text = [
    '   8       0 sda 10 0 100 5 20 0 200 7 0 900 12 0 0 0 0',
    '   8       1 sda1 9 0 90 5 20 0 200 7 0 900 12',
    '   7       0 loop0 9 0 90 5 20 0 200 7 0 900 12',
    'torn line',
  ].join('\n');
  expect(parseDisks(text, new Set(['sda', 'loop0']))).toEqual([
    { device: 'sda', readBytes: 51_200, writtenBytes: 102_400, busyMs: 900 },
  ]);
});

test('interfaces are told without loopback, with errors of both directions', () => {
  const text = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop',
    '    lo: 500 5 0 0 0 0 0 0 500 5 0 0 0 0 0 0',
    '  eth0:1000 7 2 0 0 0 0 0 3000 8 1 0 0 0 0 0',
  ].join('\n');
  expect(parseNetwork(text)).toEqual([{ device: 'eth0', receivedBytes: 1000, sentBytes: 3000, errors: 3 }]);
});

test('handles and limits of files', () => {
  expect(parseFileHandles('1024\t0\t4096\n')).toEqual({ used: 1024, max: 4096 });
  expect(parseFileHandles('')).toBeUndefined();
  expect(
    parseOpenFilesMax('Limit  Soft\nMax open files            1024                 524288               files\n'),
  ).toBe(1024);
  expect(
    parseOpenFilesMax('Max open files            unlimited            unlimited            files'),
  ).toBeUndefined();
});

test('a disk is used as df says: what is kept for root is not free', () => {
  const disk = { bsize: 4096, blocks: 100, bfree: 30, bavail: 20, files: 10, ffree: 5 };
  expect(diskUse(disk)).toEqual({ usedPercent: (100 * 70) / 90, freeBytes: 81_920, inodesUsedPercent: 50 });
  expect(diskUse({ ...disk, files: 0, ffree: 0 }).inodesUsedPercent).toBeUndefined();
});

test('no text makes a parser fail or tell what is no number', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const told = [parseCpu(text), parseMemory(text), parseFileHandles(text), parseOpenFilesMax(text)];
      const all = JSON.stringify([...told, ...parseNetwork(text), ...parseDisks(text, new Set(['sda']))]);
      expect(all).not.toMatch(/NaN|Infinity/);
    }),
  );
});
