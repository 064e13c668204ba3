import { matchesPattern } from '../../access/index.ts';
import type { AlertSeverity } from '../../notify/index.ts';
import type { EventLevel, Issue, IssueSignal } from '../types.ts';
import type { EventFacts } from './event-facts.ts';
import type { RuleFilters, RuleTrigger, TagFilter } from './types.ts';

/** Whether the filters look at the event, and not only at the issue. */
export const needsEvent = ({ environments, tags }: RuleFilters): boolean =>
  environments !== undefined || (tags !== undefined && tags.length > 0);

/** `event` is undefined when it is gone or cannot be read: what only it could tell does not hold then. */
export function matchesFilters(filters: RuleFilters, issue: Issue, event: EventFacts | undefined): boolean {
  const { levels, priorities, environments, tags } = filters;
  if (levels !== undefined && !levels.includes(issue.level)) return false;
  if (priorities !== undefined && !priorities.includes(issue.priority)) return false;
  if (environments !== undefined && (event === undefined || !environments.includes(event.environment))) return false;
  return (tags ?? []).every((filter) => event !== undefined && matchesTag(filter, event.tags[filter.key]));
}

function matchesTag(filter: TagFilter, value: string | undefined): boolean {
  switch (filter.operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case '=':
      return value !== undefined && matchesPattern(filter.value ?? '', value);
    case '!=':
      return value === undefined || !matchesPattern(filter.value ?? '', value);
  }
}

/** Which trigger a signal is one of. The end of an ignore is an issue that comes back. */
export function triggerOf(signal: IssueSignal['type']): RuleTrigger['type'] | undefined {
  switch (signal) {
    case 'new':
    case 'regressed':
    case 'escalating':
      return signal;
    case 'unignored':
      return 'regressed';
    case 'resolved':
    case 'ignored':
      return undefined;
  }
}

const BY_LEVEL: Readonly<Record<EventLevel, AlertSeverity>> = {
  fatal: 'critical',
  error: 'high',
  warning: 'medium',
  info: 'low',
  debug: 'info',
};
const SEVERITIES: readonly AlertSeverity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** By the level; one step lower when the priority is low. */
export function severityOf(issue: Pick<Issue, 'level' | 'priority'>): AlertSeverity {
  const severity = BY_LEVEL[issue.level];
  return issue.priority === 'low' ? stepped(severity, 1) : severity;
}

/** Worse by a step: what tells people again of an alert that they know. */
export const worsened = (severity: AlertSeverity): AlertSeverity => stepped(severity, -1);

const stepped = (severity: AlertSeverity, by: number): AlertSeverity =>
  SEVERITIES[Math.min(SEVERITIES.length - 1, Math.max(0, SEVERITIES.indexOf(severity) + by))] ?? severity;
