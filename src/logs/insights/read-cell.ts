import type { QueryCell } from '../service.ts';
import type { QueryField } from './compiled-query.ts';

/** Turns a raw value of the engine, as JSON carries it, into the cell that people and clients see. */
export function readCell(field: Pick<QueryField, 'type'>, rawValue: unknown): QueryCell {
  if (rawValue === null || rawValue === undefined) return null;
  switch (field.type) {
    case 'number':
      return readNumber(rawValue);
    case 'boolean':
      return rawValue === true || rawValue === 1 || rawValue === '1' || rawValue === 'true';
    case 'time':
      return formatTime(Number(rawValue));
    case 'string':
      return typeof rawValue === 'string' ? rawValue : JSON.stringify(rawValue);
  }
}

/** The engine quotes large integers. The largest of texts, asked for with max(field), stays a text. */
function readNumber(rawValue: unknown): QueryCell {
  const value = typeof rawValue === 'string' && rawValue.trim() === '' ? Number.NaN : Number(rawValue);
  if (Number.isFinite(value)) return value;
  return typeof rawValue === 'string' && !/^[+-]?(?:nan|inf)/i.test(rawValue) ? rawValue : null;
}

/** `2026-11-22 17:06:00.123`, in UTC, as CloudWatch writes it. */
function formatTime(milliseconds: number): QueryCell {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8_640_000_000_000_000) return null;
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
