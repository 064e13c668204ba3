import type { EngineFault } from './engine.ts';

/** Codes of ClickHouse's ErrorCodes.cpp that mean something to the store, by their number. */
export const ENGINE_ERRORS = {
  cannotParse: [6, 25, 26, 27, 33, 38, 41, 43, 53, 69, 70, 72, 117, 130, 131, 190, 321, 469, 675],
  timeout: 159,
  memory: 241,
  tooManyParts: 252,
  notEnoughSpace: 243,
  cancelled: 394,
  tooManyRows: [158, 396],
  tooManyQueries: 202,
} as const;

/** The number and name of the engine's error, or what can be said without quoting its text. */
export function nameEngineError(error: unknown): { readonly code: number | undefined; readonly name: string } {
  const text = error instanceof Error ? error.message : '';
  const written = /^Code: (\d+)\./.exec(text)?.[1];
  const given = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
  const code = written === undefined ? (Number.isInteger(given) ? given : undefined) : Number(written);
  const name =
    error instanceof Error && 'type' in error
      ? String(error.type)
      : [...text.matchAll(/\(([A-Z][A-Z0-9_]{3,})\)/g)].at(-1)?.[1];
  if (code === undefined) {
    return { code, name: error instanceof Error && 'code' in error ? String(error.code) : 'an error without a code' };
  }
  return { code, name: name === undefined ? `error ${code}` : `${name} (${code})` };
}

export function faultOf(error: unknown): EngineFault {
  const { code, name } = nameEngineError(error);
  const text = error instanceof Error ? error.message : '';
  const type = faultType(code, text);
  return { type, engineError: name };
}

function faultType(code: number | undefined, text: string): EngineFault['type'] {
  if (code === undefined) return /ENOSPC/.test(text) ? 'disk' : 'unknown';
  if (code === ENGINE_ERRORS.notEnoughSpace || /No space left on device/.test(text)) return 'disk';
  if (code === ENGINE_ERRORS.tooManyParts || code === ENGINE_ERRORS.tooManyQueries) return 'busy';
  return (ENGINE_ERRORS.cannotParse as readonly number[]).includes(code) ? 'row' : 'unknown';
}
