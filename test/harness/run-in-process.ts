import { systemClock } from '../../src/base/index.ts';
import { main } from '../../src/cli/main.ts';
import { ADMIN_TOKEN, type Program } from './program.ts';

/** The command line in this process: the same words and the same server, without a start for each of many commands. */
export async function runInProcess(
  program: Program,
  words: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string }> {
  const lines: string[] = [];
  const out = (text: string): void => void lines.push(`${text}\n`);
  const printer = { out, err: () => undefined, isTerminal: false, widthColumns: 120 };
  const settings = { url: program.origin, key: ADMIN_TOKEN };
  const code = await main(words, { settings, printer, clock: systemClock, readInput: () => Promise.resolve('') });
  return { code, stdout: lines.join('') };
}
