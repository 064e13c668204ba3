import { readFile } from 'node:fs/promises';
import { METRICS_COLLECTORS_LIMITS } from '../limits.ts';

/** Undefined where the system has no such file: other systems, containers without rights. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return text.slice(0, METRICS_COLLECTORS_LIMITS.procBytesMax);
  } catch {
    return undefined;
  }
}
