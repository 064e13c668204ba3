import { useMemo } from 'react';
import type { Proof } from '../api/types.ts';
import { formatDuration, formatMeasurement } from '../base/format.ts';
import { Chart, type ChartSpec } from '../parts/chart.tsx';

// Lines at round times: 50 ms, 1 s, 15 min, 1 d.
const DURATION_STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 900_000,
  1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
];

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

const HEADROOM = 1.35;

/**
 * A failed proof often waited for its time limit. Drawn to scale it would press all others onto the axis, so it is
 * marked at the top edge when it is higher; its figure stands in the table.
 */
function specOf(proofs: readonly Proof[], name: string | undefined, label: string): ChartSpec {
  const ordered = [...proofs].sort((a, b) => a.startedAtMs - b.startedAtMs);
  const passed = ordered.map((proof) => (proof.passed ? figureOf(proof, name) : null));
  const top = Math.max(1, ...passed.map((value) => value ?? 0)) * HEADROOM;
  return {
    label: `${label} over time, ${proofs.length} proofs; the table below has the same numbers`,
    height: 120,
    timesMs: ordered.map((proof) => proof.startedAtMs),
    formatValue: formatDuration,
    valueSteps: DURATION_STEPS,
    series: [
      { label, colour: '--series-1', shape: 'line', values: passed },
      {
        label: 'failed',
        colour: '--broken',
        shape: 'points',
        values: ordered.map((proof) => (proof.passed ? null : Math.min(figureOf(proof, name) ?? top, top))),
      },
    ],
  };
}

/** The measured time of each proof; failed ones are marked apart. */
export function LatencyChart({ proofs }: { readonly proofs: readonly Proof[] }) {
  const name = latencyName(proofs);
  const label = name === undefined ? 'time the measurement took' : formatMeasurement(name, 0).label;
  const spec = useMemo(() => specOf(proofs, name, label), [proofs, name, label]);
  const failed = proofs.filter((proof) => !proof.passed).length;
  return (
    <div className="mt-4">
      <p className="mb-1 text-xs text-ink-3 first-letter:uppercase">
        {label}, last {proofs.length} measurements{failed > 0 && `; ${failed} failed, marked by a dot`}
      </p>
      <Chart spec={spec} />
    </div>
  );
}
