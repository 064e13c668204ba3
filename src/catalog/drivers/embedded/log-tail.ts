import { CATALOG_LIMITS } from '../../limits.ts';

/** The last lines of a server's log, from its pipe. */
export interface LogTail {
  readonly write: (chunk: Buffer) => void;
  readonly lines: () => readonly string[];
}

/** Keeps a bounded number of lines and hands each to `onLine` as it ends. */
export function createLogTail(onLine: (line: string) => void = () => undefined): LogTail {
  const kept: string[] = [];
  let unfinished = '';
  const write = (chunk: Buffer): void => {
    const parts = (unfinished + chunk.toString('utf8')).split('\n');
    unfinished = (parts.pop() ?? '').slice(0, CATALOG_LIMITS.asideLogLineBytes);
    for (const part of parts) {
      const line = part.slice(0, CATALOG_LIMITS.asideLogLineBytes);
      kept.push(line);
      if (kept.length > CATALOG_LIMITS.asideLogLines) kept.shift();
      onLine(line);
    }
  };
  return { write, lines: () => (unfinished === '' ? [...kept] : [...kept, unfinished]) };
}
