import { lazy, Suspense } from 'react';
import type { ChartSpec } from './uplot-chart.tsx';

// uPlot is loaded with the first chart, not with the first page.
const UplotChart = lazy(() => import('./uplot-chart.tsx').then((module) => ({ default: module.UplotChart })));

export type { ChartSpec };

/** Lines of a value axis at whole numbers: 1, 2, 5, 10, 20 … */
export const COUNT_STEPS = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/** A chart with its height reserved, so that nothing moves when it arrives. */
export function Chart({ spec }: { readonly spec: ChartSpec }) {
  return (
    <figure className="no-print-links relative w-full" style={{ height: spec.height }} aria-label={spec.label}>
      <Suspense fallback={<div className="bone appear-late" style={{ height: spec.height }} />}>
        <UplotChart spec={spec} />
      </Suspense>
    </figure>
  );
}
