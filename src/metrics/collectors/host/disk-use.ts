import type { StatsFs } from 'node:fs';

export interface DiskUse {
  /** As df counts it: what is kept back for root is not free. */
  readonly usedPercent: number;
  readonly freeBytes: number;
  /** Undefined for file systems that make inodes as they go. */
  readonly inodesUsedPercent: number | undefined;
}

export function diskUse(disk: Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'>): DiskUse {
  const used = disk.blocks - disk.bfree;
  const usable = used + disk.bavail;
  return {
    usedPercent: usable === 0 ? 0 : (100 * used) / usable,
    freeBytes: disk.bavail * disk.bsize,
    inodesUsedPercent: disk.files === 0 ? undefined : (100 * (disk.files - disk.ffree)) / disk.files,
  };
}
