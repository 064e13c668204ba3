import { readdir } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HostRound } from './ask-machine.ts';
import { parseOpenFilesMax } from './parse-proc.ts';
import { readText } from './read-text.ts';

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

export interface ProcessReader {
  readonly add: (round: HostRound) => Promise<void>;
  readonly close: () => void;
}

/** Holdfast's own process: who watches others has to know whether he himself is slow. */
export function createProcessReader(): ProcessReader {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    add: async ({ list, counters, atMs }) => {
      const { rss, heapUsed, external } = process.memoryUsage();
      list.add({ name: 'ProcessMemory', unit: 'Bytes', value: rss });
      list.add({ name: 'ProcessHeap', unit: 'Bytes', value: heapUsed });
      list.add({ name: 'ProcessExternal', unit: 'Bytes', value: external });
      const { user, system } = process.cpuUsage();
      const rise = counters.rise({ key: 'process/cpu', value: user + system, epoch: '', atMs });
      // Of one core: two cores at work are 200 percent.
      if (rise !== undefined) {
        list.add({ name: 'ProcessCpu', unit: 'Percent', value: (100 * rise.by) / 1e6 / rise.seconds });
      }
      // What the histogram measures is the whole interval between two ticks.
      const lag = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
      if (delay.count > 0) {
        list.add({ name: 'EventLoopLagP99', unit: 'Milliseconds', value: lag(delay.percentile(99)) });
        list.add({ name: 'EventLoopLagMax', unit: 'Milliseconds', value: lag(delay.max) });
      }
      delay.reset();
      const files = await readdir('/proc/self/fd').catch(() => undefined);
      const filesMax = parseOpenFilesMax((await readText('/proc/self/limits')) ?? '');
      list.add({ name: 'ProcessFiles', unit: 'Count', value: files?.length });
      if (files !== undefined && filesMax !== undefined)
        list.add({ name: 'ProcessFilesUsed', unit: 'Percent', value: (100 * files.length) / filesMax });
    },
    close: () => void delay.disable(),
  };
}
