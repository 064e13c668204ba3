/** Parsers of what Linux tells in /proc (proc(5)); pure, and forgiving about lines that later kernels add. */

/** Ticks since the start, by mode; guest time stands in user and nice already. */
export interface CpuTicks {
  readonly user: number;
  readonly system: number;
  readonly iowait: number;
  readonly steal: number;
  readonly idle: number;
}

const numbersOf = (line: string): readonly number[] =>
  line
    .trim()
    .split(/\s+/)
    .map(Number)
    .map((value) => (Number.isFinite(value) ? value : 0));

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal. */
export function parseCpu(text: string): CpuTicks | undefined {
  const line = /^cpu\s+(.*)$/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = numbersOf(line);
  return { user: user + nice, system: system + irq + softirq, iowait, steal, idle };
}

export const CPU_MODES = ['user', 'system', 'iowait', 'steal', 'idle'] as const satisfies readonly (keyof CpuTicks)[];

/** Percent of the time between two readings, by mode; undefined when no time passed or a counter fell. */
export function cpuShares(before: CpuTicks, now: CpuTicks): Readonly<Record<keyof CpuTicks, number>> | undefined {
  const rises = CPU_MODES.map((mode) => now[mode] - before[mode]);
  const all = rises.reduce((sum, rise) => sum + rise, 0);
  // iowait may fall by a little on its own (proc(5)); a reading with that is not worth telling.
  if (all <= 0 || rises.some((rise) => rise < 0)) return undefined;
  const [user = 0, system = 0, iowait = 0, steal = 0, idle = 0] = rises.map((rise) => (100 * rise) / all);
  return { user, system, iowait, steal, idle };
}

export interface MemoryBytes {
  readonly total: number;
  readonly available: number;
  readonly swapTotal: number;
  readonly swapFree: number;
}

/** /proc/meminfo, in which kB is 1,024 bytes. */
export function parseMemory(text: string): MemoryBytes | undefined {
  const of = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const total = of('MemTotal');
  const available = of('MemAvailable') ?? of('MemFree');
  if (total === undefined || total === 0 || available === undefined) return undefined;
  return { total, available, swapTotal: of('SwapTotal') ?? 0, swapFree: of('SwapFree') ?? 0 };
}

export interface DiskCounts {
  readonly device: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly busyMs: number;
}

const SECTOR_BYTES = 512;
/** Devices that only stand for others or for memory. */
const VIRTUAL = /^(loop|ram|zram|sr|fd)\d/;

/** /proc/diskstats (kernel, Documentation/admin-guide/iostats.rst), of the devices in `whole`: partitions are not. */
export function parseDisks(text: string, whole: ReadonlySet<string>): readonly DiskCounts[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const device = fields[2] ?? '';
    if (fields.length < 13 || VIRTUAL.test(device) || !whole.has(device)) return [];
    const at = (index: number): number => Number(fields[index]) || 0;
    return [{ device, readBytes: at(5) * SECTOR_BYTES, writtenBytes: at(9) * SECTOR_BYTES, busyMs: at(12) }];
  });
}

export interface NetworkCounts {
  readonly device: string;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly errors: number;
}

/** /proc/net/dev without loopback: what a machine says to itself is no traffic. */
export function parseNetwork(text: string): readonly NetworkCounts[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*([^:\s]+):\s*(.+)$/.exec(line);
    const device = found?.[1] ?? '';
    if (found === null || device === 'lo') return [];
    const fields = numbersOf(found[2] ?? '');
    if (fields.length < 11) return [];
    const at = (index: number): number => fields[index] ?? 0;
    return [{ device, receivedBytes: at(0), sentBytes: at(8), errors: at(2) + at(10) }];
  });
}

/** /proc/sys/fs/file-nr: allocated, unused, the most there may be. */
export function parseFileHandles(text: string): { readonly used: number; readonly max: number } | undefined {
  const [used, , max] = numbersOf(text);
  return used === undefined || max === undefined || max === 0 ? undefined : { used, max };
}

/** The soft limit of open files in /proc/self/limits. */
export function parseOpenFilesMax(text: string): number | undefined {
  const found = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
