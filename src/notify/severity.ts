import { ALERT_SEVERITIES, type AlertSeverity } from './types.ts';

/** 0 is the worst. */
export const severityRank = (severity: AlertSeverity): number => ALERT_SEVERITIES.indexOf(severity);

export const isWorse = (severity: AlertSeverity, than: AlertSeverity): boolean =>
  severityRank(severity) < severityRank(than);

/** The worst of them; `info` when there is none. */
export const worstOf = (severities: readonly AlertSeverity[]): AlertSeverity =>
  severities.reduce((worst, severity) => (isWorse(severity, worst) ? severity : worst), 'info');
