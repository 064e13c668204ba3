import { readdir, statfs } from 'node:fs/promises';
import os from 'node:os';
import type { Counters } from '../counters.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from '../limits.ts';
import type { CollectedUnit, PointList } from '../point-list.ts';
import { diskUse } from './disk-use.ts';
import {
  CPU_MODES,
  type CpuTicks,
  cpuShares,
  parseCpu,
  parseDisks,
  parseFileHandles,
  parseMemory,
  parseNetwork,
} from './parse-proc.ts';
import { readText } from './read-text.ts';

/** One look at the machine. */
export interface HostRound {
  readonly list: PointList;
  readonly counters: Counters;
  readonly atMs: number;
}

/** Remembers the ticks of the round before. */
export function createCpuReader(): (round: HostRound) => Promise<void> {
  let before: CpuTicks | undefined;
  return async ({ list }) => {
    const now = parseCpu((await readText('/proc/stat')) ?? '') ?? ticksOfNode();
    const shares = before === undefined ? undefined : cpuShares(before, now);
    before = now;
    if (shares === undefined) return;
    // Waiting for a disk is idle time: the machine could work on something else.
    list.add({ name: 'CpuUsed', unit: 'Percent', value: 100 - shares.idle - shares.iowait });
    for (const mode of CPU_MODES) list.add({ name: 'Cpu', unit: 'Percent', value: shares[mode], dimensions: { mode } });
  };
}

function ticksOfNode(): CpuTicks {
  const sum = (mode: 'user' | 'nice' | 'sys' | 'irq' | 'idle'): number =>
    os.cpus().reduce((all, { times }) => all + times[mode], 0);
  return { user: sum('user') + sum('nice'), system: sum('sys') + sum('irq'), iowait: 0, steal: 0, idle: sum('idle') };
}

export function addLoad({ list }: HostRound): void {
  const [one = 0, five = 0, fifteen = 0] = os.loadavg();
  list.add({ name: 'Load1', unit: 'None', value: one });
  list.add({ name: 'Load5', unit: 'None', value: five });
  list.add({ name: 'Load15', unit: 'None', value: fifteen });
  list.add({ name: 'Load5PerCore', unit: 'None', value: five / Math.max(1, os.cpus().length) });
  list.add({ name: 'Uptime', unit: 'Seconds', value: os.uptime() });
}

export async function addMemory({ list }: HostRound): Promise<void> {
  const memory = parseMemory((await readText('/proc/meminfo')) ?? '') ?? {
    ...{ total: os.totalmem(), available: os.freemem(), swapTotal: 0, swapFree: 0 },
  };
  list.add({ name: 'MemoryTotal', unit: 'Bytes', value: memory.total });
  list.add({ name: 'MemoryAvailable', unit: 'Bytes', value: memory.available });
  list.add({ name: 'MemoryUsed', unit: 'Percent', value: 100 - (100 * memory.available) / memory.total });
  if (memory.swapTotal === 0) return;
  const swapUsed = memory.swapTotal - memory.swapFree;
  list.add({ name: 'SwapUsed', unit: 'Percent', value: (100 * swapUsed) / memory.swapTotal });
}

/** A folder whose disk matters, and what people call it. */
export interface NamedFolder {
  readonly name: string;
  readonly folder: string;
}

export async function addDisks({ list }: HostRound, folders: readonly NamedFolder[]): Promise<void> {
  for (const { name, folder } of folders) {
    // A zone that is away is told by the vault.
    const found = await statfs(folder).catch(() => undefined);
    if (found === undefined) continue;
    const { usedPercent, freeBytes, inodesUsedPercent } = diskUse(found);
    const dimensions = { disk: name };
    list.add({ name: 'DiskUsed', unit: 'Percent', value: usedPercent, dimensions });
    list.add({ name: 'DiskFree', unit: 'Bytes', value: freeBytes, dimensions });
    list.add({ name: 'InodesUsed', unit: 'Percent', value: inodesUsedPercent, dimensions });
  }
}

interface Rate {
  readonly name: string;
  readonly unit: CollectedUnit;
  readonly value: number;
  readonly factor?: number;
}

function addRates(
  { list, counters, atMs }: HostRound,
  subject: string,
  rates: readonly Rate[],
  dimensions: Readonly<Record<string, string>>,
): void {
  for (const { name, unit, value, factor = 1 } of rates) {
    const rise = counters.rise({ key: `${subject}/${name}`, value, epoch: '', atMs });
    if (rise !== undefined) list.add({ name, unit, value: (rise.by * factor) / rise.seconds, dimensions });
  }
}

export async function addDiskTraffic(round: HostRound): Promise<void> {
  const text = await readText('/proc/diskstats');
  if (text === undefined) return;
  const whole = new Set(await readdir('/sys/block').catch(() => []));
  for (const { device, readBytes, writtenBytes, busyMs } of parseDisks(text, whole).slice(0, LIMITS.devicesMax)) {
    const rates: readonly Rate[] = [
      { name: 'DiskRead', unit: 'Bytes/Second', value: readBytes },
      { name: 'DiskWritten', unit: 'Bytes/Second', value: writtenBytes },
      // Milliseconds of a second, told as percent.
      { name: 'DiskBusy', unit: 'Percent', value: busyMs, factor: 0.1 },
    ];
    addRates(round, `disk/${device}`, rates, { device });
  }
}

export async function addNetworkTraffic(round: HostRound): Promise<void> {
  const text = await readText('/proc/net/dev');
  if (text === undefined) return;
  for (const { device, receivedBytes, sentBytes, errors } of parseNetwork(text).slice(0, LIMITS.devicesMax)) {
    const rates: readonly Rate[] = [
      { name: 'NetworkReceived', unit: 'Bytes/Second', value: receivedBytes },
      { name: 'NetworkSent', unit: 'Bytes/Second', value: sentBytes },
      { name: 'NetworkErrors', unit: 'Count/Second', value: errors },
    ];
    addRates(round, `network/${device}`, rates, { interface: device });
  }
}

export async function addFileHandles({ list }: HostRound): Promise<void> {
  const handles = parseFileHandles((await readText('/proc/sys/fs/file-nr')) ?? '');
  if (handles === undefined) return;
  list.add({ name: 'FileHandlesUsed', unit: 'Percent', value: (100 * handles.used) / handles.max });
}

/** Only systemd says so in a file that everybody may read; elsewhere it is not known, and nothing is told. */
export async function addClock({ list }: HostRound): Promise<void> {
  const states = await readdir('/run/systemd/timesync').catch(() => undefined);
  if (states === undefined) return;
  list.add({ name: 'ClockSynchronized', unit: 'None', value: states.includes('synchronized') ? 1 : 0 });
}
