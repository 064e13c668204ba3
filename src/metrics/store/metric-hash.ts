import { hash } from 'node:crypto';
import type { MetricIdentity } from '../types.ts';

/**
 * 64 bits that stand for namespace, name and the exact set of dimensions: the first 16 hexadecimal digits of
 * its SHA-256 digest. Lengths stand before texts, so that no two metrics are written alike.
 */
export function hashMetric(metric: Pick<MetricIdentity, 'namespace' | 'name' | 'dimensions'>): string {
  const names = Object.keys(metric.dimensions);
  if (names.length > 1) names.sort();
  let text = `${metric.namespace.length}:${metric.namespace}${metric.name.length}:${metric.name}`;
  for (const name of names) {
    const value = metric.dimensions[name] ?? '';
    text += `${name.length}:${name}${value.length}:${value}`;
  }
  return hash('sha256', text, 'hex').slice(0, 16);
}

/** The hash as the engine reads a UInt64. */
export const decimalOf = (hexadecimal: string): string => BigInt(`0x${hexadecimal}`).toString();
