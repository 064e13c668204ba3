const NS_PER_MS = 1_000_000n;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?$/;
const DIGITS = /^(-?\d{1,19})(?:\.(\d{1,9})\d*)?$/;

/**
 * Reads a time as nanoseconds since 1970: ISO 8601 (UTC when no zone is given), or a number or digits whose size
 * tells the unit: below 10^11 seconds, below 10^14 milliseconds, below 10^17 microseconds, else nanoseconds.
 * JSON numbers keep about 15 digits, so exact nanoseconds come as text. Undefined when it is not a time.
 */
export function parseTimeNs(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? fromNumber(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const digits = DIGITS.exec(text);
  return digits === null ? fromIso(text) : fromDigits(digits[1] ?? '', digits[2] ?? '');
}

function fromNumber(value: number): bigint {
  const nsPerUnit = nsPerUnitOf(Math.abs(value));
  const whole = Math.trunc(value);
  // The fraction is rounded to microseconds: a double has no more of it to give at these magnitudes.
  const fractionNs = Math.round((value - whole) * 1e6) * (Number(nsPerUnit) / 1e6);
  return BigInt(whole) * nsPerUnit + BigInt(Math.round(fractionNs));
}

function fromDigits(whole: string, fraction: string): bigint {
  const units = BigInt(whole);
  const nsPerUnit = nsPerUnitOf(Math.abs(Number(whole)));
  const part = fraction === '' ? 0n : (BigInt(fraction.padEnd(9, '0')) * nsPerUnit) / 1_000_000_000n;
  return units * nsPerUnit + (whole.startsWith('-') ? -part : part);
}

function nsPerUnitOf(magnitude: number): bigint {
  if (magnitude < 1e11) return 1_000_000_000n;
  if (magnitude < 1e14) return 1_000_000n;
  return magnitude < 1e17 ? 1_000n : 1n;
}

function fromIso(text: string): bigint | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = found;
  const offset = /^[zZU]/.test(zone) ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'));
}
