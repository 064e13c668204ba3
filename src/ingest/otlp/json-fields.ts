import { Failure } from '../../base/index.ts';
import { INGEST_FAILURES } from '../failures.ts';

/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const malformedJson = (reason: string): Failure =>
  new Failure(INGEST_FAILURES.requestMalformed, { format: 'OTLP JSON', reason });

/**
 * Parses JSON. The engine's own message quotes the text, which may hold secrets, so only the position is passed on.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw malformedJson(position === undefined ? 'it is not JSON' : `it is not JSON at position ${position}`);
  }
}

export function objectOf(value: unknown, name: string): JsonObject {
  if (isObject(value)) return value;
  throw malformedJson(`${name} is not an object`);
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Absent and null mean "not set" (proto3 JSON mapping). */
export function listOf(parent: JsonObject, name: string): readonly unknown[] {
  const value = parent[name];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformedJson(`${name} is not an array`);
}

export function textOf(parent: JsonObject, name: string): string {
  const value = parent[name];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw malformedJson(`${name} is not a string`);
}

const INTEGER = /^-?\d{1,20}$/;

/** 64-bit integers are decimal strings in the proto3 JSON mapping; numbers are taken too. */
export function integerOf(parent: JsonObject, name: string): bigint {
  const value = parent[name];
  if (value === undefined || value === null || value === '') return 0n;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw malformedJson(`${name} is not an integer`);
}

/** A 32-bit number. */
export function numberOf(parent: JsonObject, name: string): number {
  const value = parent[name];
  if (value === undefined || value === null) return 0;
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return number;
  throw malformedJson(`${name} is not an integer`);
}
