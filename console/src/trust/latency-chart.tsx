import { useMemo } from 'react';
import type { Proof } from '../api/types.ts';
import { formatDuration, formatMeasurement } from '../base/format.ts';
import { Chart } from '../parts/chart.tsx';

/** The first measured time that every proof may carry; else how long the measurement took. */
function latencyName(proofs: readonly Proof[]): string | undefined {
  const names = proofs.flatMap(({ measurements }) =>
    Object.keys(measurements).filter((name) => name.endsWith('Ms') && typeof measurements[name] === 'number'),
  );
  return names[0];
}

const figureOf = (proof: Proof, name: string | undefined): number | null => {
  const value = name === undefined ? proof.durationMs : proof.measurements[name];
  return typeof value === 'number' ? value : null;
};

/** The measured time of each proof; failed ones are marked apart. */
export function LatencyChart({ proofs }: { readonly proofs: readonly Proof[] }) {
  const name = latencyName(proofs);
  const label = name === undefined ? 'time the measurement took' : formatMeasurement(name, 0).label;
  const spec = useMemo(() => {
    const ordered = [...proofs].sort((a, b) => a.startedAtMs - b.startedAtMs);
    const values = ordered.map((proof) => figureOf(proof, name));
    return {
      label: `${label} over time, ${proofs.length} proofs; the table below has the same numbers`,
      height: 120,
      timesMs: ordered.map((proof) => proof.startedAtMs),
      formatValue: formatDuration,
      series: [
        { label, colour: '--series-1', shape: 'line' as const, values },
        {
          label: 'failed',
          colour: '--broken',
          shape: 'points' as const,
          values: ordered.map((proof, index) => (proof.passed ? null : (values[index] ?? 0))),
        },
      ],
    };
  }, [proofs, name, label]);
  return (
    <div className="mt-4">
      <p className="mb-1 text-xs text-ink-3 first-letter:uppercase">
        {label}, last {proofs.length} measurements
      </p>
      <Chart spec={spec} />
    </div>
  );
}
