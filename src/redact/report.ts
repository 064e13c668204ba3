import type { RedactionReport } from './types.ts';

/** An empty report, to be given to any number of calls. */
export const newRedactionReport = (): RedactionReport => ({ masksByRule: new Map(), maskedLength: 0, failedClosed: 0 });
