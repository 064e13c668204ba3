import { lazy, Suspense } from 'react';
import type { ChartSpec } from './uplot-chart.tsx';

// uPlot is loaded with the first chart, not with the first page.
const UplotChart = lazy(() => import('./uplot-chart.tsx').then((module) => ({ default: module.UplotChart })));

export type { ChartSpec };

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
