import { REQUESTS_NAMESPACE } from '../../traces/index.ts';
import type { MetricQuery } from '../../types.ts';
import { type ReadyAlarm, readyAlarm } from './ready-alarm.ts';

const MINUTE_S = 60;
const FIVE_MINUTES_S = 300;
/** A percentile of fewer requests than this is one request's bad luck. */
const REQUESTS_FOR_P99 = 100;
const REQUESTS_FOR_RATE = 20;
const LATENCY_MAX_MS = 2_000;

/** The alarms that every service gets whose spans or requests arrive. */
export function serviceAlarms(service: string): readonly ReadyAlarm[] {
  const part = (id: string, name: string, statistic: string, periodSeconds: number): MetricQuery => ({
    ...{ id, type: 'metric', metric: { namespace: REQUESTS_NAMESPACE, name, dimensions: { service } } },
    ...{ statistic, periodSeconds, returnData: false },
  });
  const of = { kind: 'service', subject: service, severity: 'high', missing: 'notBreaching', comparison: '>' } as const;
  return [
    readyAlarm(
      {
        ...of,
        what: 'errors',
        description: `More than one in twenty requests to ${service} failed, of at least ${REQUESTS_FOR_RATE} in a minute.`,
        ...{ threshold: 5, datapoints: [3, 5] },
      },
      {
        metrics: [
          part('requests', 'Requests', 'Sum', MINUTE_S),
          part('errors', 'Errors', 'Sum', MINUTE_S),
          {
            ...{ id: 'rate', type: 'expression', label: 'failed requests in percent', returnData: true },
            expression: `IF(requests >= ${REQUESTS_FOR_RATE}, 100 * errors / requests, 0)`,
            periodSeconds: MINUTE_S,
          },
        ],
      },
    ),
    readyAlarm(
      {
        ...of,
        what: 'latency',
        description: `One in a hundred requests to ${service} took more than ${LATENCY_MAX_MS / 1000} s, of at least ${REQUESTS_FOR_P99} in five minutes.`,
        ...{ threshold: LATENCY_MAX_MS, datapoints: [2, 3] },
      },
      {
        metrics: [
          part('requests', 'Requests', 'Sum', FIVE_MINUTES_S),
          part('latency', 'Duration', 'p99', FIVE_MINUTES_S),
          {
            ...{ id: 'slowest', type: 'expression', label: 'p99 of latency in ms', returnData: true },
            expression: `IF(requests >= ${REQUESTS_FOR_P99}, latency, 0)`,
            periodSeconds: FIVE_MINUTES_S,
          },
        ],
      },
    ),
  ];
}
