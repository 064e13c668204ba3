import type { DataCategory, OutcomeSeries } from '../api/issue-types.ts';

export const CATEGORY_LABELS: Readonly<Record<DataCategory, string>> = {
  error: 'Errors',
  transaction: 'Transactions',
  span: 'Spans',
  log_item: 'Logs',
  monitor: 'Check-ins',
  session: 'Sessions',
  attachment: 'Attachments',
  profile: 'Profiles',
  replay: 'Replays',
  feedback: 'Feedback',
  trace_metric: 'Metrics',
  security: 'Browser reports',
  default: 'Other',
  internal: 'Internal',
};

/** Those that people set a limit for. */
export const LIMITED_CATEGORIES = [
  'error',
  'transaction',
  'span',
  'log_item',
  'monitor',
  'session',
  'attachment',
  'feedback',
  'trace_metric',
] as const satisfies readonly DataCategory[];

type Outcome = OutcomeSeries['outcome'];

export const OUTCOMES: readonly {
  readonly outcome: Outcome;
  readonly label: string;
  readonly colour: string;
  readonly says: string;
}[] = [
  { outcome: 'accepted', label: 'accepted', colour: '--chart-plain', says: 'stored' },
  { outcome: 'duplicate', label: 'duplicates', colour: '--series-6', says: 'sent again, stored once' },
  { outcome: 'filtered', label: 'filtered', colour: '--series-4', says: 'left out by a setting of the project' },
  {
    outcome: 'client-discard',
    label: 'discarded by SDKs',
    colour: '--series-5',
    says: 'thrown away before they were sent, as the SDKs say',
  },
  {
    outcome: 'rate-limited',
    label: 'limited',
    colour: '--chart-warn',
    says: 'above a limit, refused before anything was written',
  },
  { outcome: 'invalid', label: 'invalid', colour: '--chart-error', says: 'could not be read' },
  { outcome: 'unknown', label: 'unknown kinds', colour: '--series-2', says: 'of a kind that is not known here' },
];
