import type { PromiseId } from './types.ts';

/** A sentence of the page, and the probes that must all be passed and fresh for it to count as proven. */
export interface PromiseSpec {
  readonly id: PromiseId;
  readonly title: string;
  readonly sentence: string;
  /** Ids of the probes it rests on; empty while nothing measures it. */
  readonly requires: readonly string[];
}

/** The seventeen promises of the page, in its order. */
export const PROMISES: readonly PromiseSpec[] = [
  {
    id: 'M1',
    title: 'Central logs',
    sentence: 'Application logs are collected in one place, where they can be searched and analysed.',
    requires: ['canary-log-found'],
  },
  {
    id: 'M2',
    title: 'Metrics and alarms',
    sentence:
      'Traffic, response times, error rates and database performance are measured in real time, and crossing a threshold alerts somebody.',
    requires: ['alarm-delivered', 'database-metrics-fresh'],
  },
  {
    id: 'M3',
    title: 'Audit log',
    sentence:
      'API activity is recorded in an audit log that is watched for security and cannot be rewritten unnoticed.',
    requires: [],
  },
  {
    id: 'M4',
    title: 'Intrusion detection',
    sentence: 'Network activity is watched for intrusions, with alerts.',
    requires: [],
  },
  {
    id: 'M5',
    title: 'Threat detection',
    sentence: 'Malicious behaviour, unauthorized access attempts and compromised resources are detected.',
    requires: [],
  },
  {
    id: 'M6',
    title: 'Error tracking',
    sentence: 'Exceptions are tracked in real time, and new ones alert somebody.',
    requires: ['canary-exception-alerted', 'processing-queue-current'],
  },
  {
    id: 'M7',
    title: 'Anti-malware',
    sentence: 'Anti-malware software is deployed, updated automatically and scans periodically.',
    requires: [],
  },
  {
    id: 'M8',
    title: 'Retention and access',
    sentence: 'Logs are kept as long as their policy says, no longer, and only authorized people can read them.',
    requires: ['expired-logs-dropped', 'reader-without-grant-refused'],
  },
  {
    id: 'M9',
    title: 'No secrets in logs',
    sentence: 'Logs never contain tokens, credentials or restricted data.',
    requires: ['canary-secret-absent'],
  },
  {
    id: 'M10',
    title: 'Incident response',
    sentence: 'There is an incident response plan, exercised every year, and every incident is reviewed afterwards.',
    requires: [],
  },
  {
    id: 'M11',
    title: 'Immutable versions',
    sentence:
      'Every committed spreadsheet version is an immutable snapshot in several zones that cannot be overwritten or lost.',
    requires: ['version-immutable', 'damage-mended', 'durability-computed'],
  },
  {
    id: 'M12',
    title: 'Daily database snapshots',
    sentence: 'Every database cluster is snapshotted daily.',
    requires: ['snapshots-daily'],
  },
  {
    id: 'M13',
    title: 'Restore to any second',
    sentence: 'Databases can be restored to any second of the last 24 hours.',
    requires: ['every-second-kept', 'second-restored'],
  },
  {
    id: 'M14',
    title: 'Failover',
    sentence: 'Databases run over several zones and fail over automatically.',
    requires: [],
  },
  {
    id: 'M15',
    title: 'Remote backups',
    sentence:
      'Backups lie in a secure remote location for 60 days, and restores are tested against a stated recovery time.',
    requires: ['backups-remote', 'restored-in-time'],
  },
  {
    id: 'M16',
    title: 'Disaster recovery',
    sentence: 'The disaster recovery plan is tested by simulated disruptions, and the results are documented.',
    requires: [],
  },
  {
    id: 'M17',
    title: 'Redeployment from code',
    sentence: 'Application services can be redeployed from infrastructure as code.',
    requires: [],
  },
];
