import type { AlertSeverity } from '../../../notify/index.ts';
import type { MetricAlarmInput } from '../../alarms/index.ts';
import type { MetricQuery } from '../../types.ts';

/** The tag by which an alarm that made itself is known. */
export const READY_TAG = 'holdfast:ready';

export type ReadyKind = 'database' | 'host' | 'service';

export interface ReadyAlarm {
  readonly kind: ReadyKind;
  readonly subject: string;
  readonly input: MetricAlarmInput;
}

const NAME_CHARS_MAX = 255;

/** Names are of letters that every address and every shell takes. */
const nameOf = (kind: ReadyKind, subject: string, what: string): string =>
  `${kind}-${subject.replaceAll(/[^\p{L}\p{N}._/-]+/gu, '-').slice(0, NAME_CHARS_MAX - 60)}-${what}`;

interface Watching {
  readonly kind: ReadyKind;
  readonly subject: string;
  /** The end of its name: `connections`. */
  readonly what: string;
  readonly description: string;
  readonly severity: AlertSeverity;
  readonly comparison: '>' | '>=' | '<';
  readonly threshold: number;
  /** M of N. */
  readonly datapoints: readonly [number, number];
  readonly missing: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  /** False where something else tells people already. */
  readonly raises?: boolean;
}

const OPERATORS = {
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
} as const;

type Watched =
  | Pick<MetricAlarmInput, 'namespace' | 'metricName' | 'dimensions' | 'statistic' | 'period'>
  | { readonly metrics: readonly MetricQuery[] };

export const readyAlarm = (of: Watching, watched: Watched): ReadyAlarm => ({
  kind: of.kind,
  subject: of.subject,
  input: {
    ...watched,
    alarmName: nameOf(of.kind, of.subject, of.what),
    alarmDescription: of.description,
    comparisonOperator: OPERATORS[of.comparison],
    threshold: of.threshold,
    datapointsToAlarm: of.datapoints[0],
    evaluationPeriods: of.datapoints[1],
    treatMissingData: of.missing,
    tags: {
      [READY_TAG]: 'true',
      severity: of.severity,
      ...(of.raises === false ? { 'holdfast:raise': 'off' } : {}),
    },
  },
});
