import { HOST_NAMESPACE } from '../host/watch-host.ts';
import { type ReadyAlarm, readyAlarm } from './ready-alarm.ts';

const MINUTE_S = 60;

/** The alarms of the machine that Holdfast runs on, with one pair for each disk. */
export function hostAlarms(host: string, disks: readonly string[]): readonly ReadyAlarm[] {
  const of = { kind: 'host', subject: host } as const;
  const metric = (metricName: string, statistic: string, dimensions: Readonly<Record<string, string>> = {}) => ({
    ...{ namespace: HOST_NAMESPACE, metricName, dimensions: { host, ...dimensions }, statistic, period: MINUTE_S },
  });
  const disk = (name: string, ending: string, severity: 'high' | 'critical', threshold: number): ReadyAlarm =>
    readyAlarm(
      {
        ...of,
        what: `disk-${name}${ending}`,
        description: `The disk of ${name} is ${threshold} % full. Holdfast refuses what it cannot keep: make room, or shorten retention.`,
        ...{ severity, comparison: '>=', threshold, datapoints: [2, 3], missing: 'missing' },
      },
      metric('DiskUsed', 'Maximum', { disk: name }),
    );
  return [
    ...disks.flatMap((name) => [disk(name, '', 'high', 85), disk(name, '-full', 'critical', 95)]),
    readyAlarm(
      {
        ...of,
        what: 'memory',
        description: `Less than a tenth of the memory of ${host} is available; then the system begins to kill programs.`,
        ...{ severity: 'high', comparison: '>', threshold: 90, datapoints: [3, 5], missing: 'missing' },
      },
      metric('MemoryUsed', 'Average'),
    ),
    readyAlarm(
      {
        ...of,
        what: 'cpu',
        description: `The processors of ${host} were at work nine tenths of the time for ten of fifteen minutes.`,
        ...{ severity: 'medium', comparison: '>=', threshold: 90, datapoints: [10, 15], missing: 'missing' },
      },
      metric('CpuUsed', 'Average'),
    ),
    readyAlarm(
      {
        ...of,
        what: 'event-loop',
        description: `Holdfast itself answers late: of a hundred turns of its loop one waited for more than half a second. Look at its processor time and at large queries.`,
        ...{ severity: 'medium', comparison: '>', threshold: 500, datapoints: [3, 5], missing: 'missing' },
      },
      metric('EventLoopLagP99', 'Average'),
    ),
  ];
}
