import { SECOND_MS } from '../../base/index.ts';
import type { MeasuredRates } from '../restore/index.ts';
import type { ReportStore } from './report-store.ts';

const REPORTS_LOOKED_AT = 5;

/** What the newest restores that passed did per second; undefined while there are none. */
export async function ratesOf(reports: ReportStore, source: string): Promise<MeasuredRates | undefined> {
  const passed = (await reports.list(source)).filter((report) => report.passed).slice(0, REPORTS_LOOKED_AT);
  if (passed.length === 0) return undefined;
  const rate = (name: string): number => {
    const phases = passed.flatMap((report) => report.phases.filter((phase) => phase.name === name));
    const bytes = phases.reduce((sum, phase) => sum + (phase.bytes ?? 0), 0);
    const ms = phases.reduce((sum, phase) => sum + phase.ms, 0);
    return Math.max(1, (bytes / Math.max(1, ms)) * SECOND_MS);
  };
  const recovery = passed.flatMap((report) => report.phases.filter(({ name }) => name === 'recovery'));
  const startMs = recovery.length === 0 ? 0 : Math.min(...recovery.map(({ ms }) => ms));
  return { restoreBytesPerSecond: rate('files'), replayBytesPerSecond: rate('recovery'), startMs };
}
