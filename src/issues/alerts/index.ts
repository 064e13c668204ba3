/**
 * alerts: which changes of issues people are told of.
 *
 * Purpose: read the signals of tracking in their order, compare them with the rules of their project, and raise alerts
 * at notify; look every few seconds whether an issue has many events or users; end alerts whose issue is resolved,
 * ignored, gone, or quiet.
 *
 * Invariants: an issue has one alert, `issue:<id>`, and is told of once until that ends, or until something worse
 * happens to it. What is decided, the place up to which signals are decided and what notify is to hear are written in
 * one transaction: a crash loses no alert and doubles none. Of a project only so many come one by one in a window; what
 * is more falls to the one alert of a storm, which says how many and the worst. A project has rules that are right
 * before anybody made one.
 *
 * Limits: limits.ts. It does not decide what is new or escalating (tracking does), or how people are reached (notify
 * does), and missed jobs are told of by monitors.
 */
export type { IssueAlertsDeps } from './context.ts';
export { createIssueAlerts } from './create-issue-alerts.ts';
export { DEFAULT_RULE, DEFAULT_RULE_ID } from './default-rule.ts';
export { ISSUE_ALERTS_FAILURES } from './failures.ts';
export { ISSUE_ALERTS_LIMITS } from './limits.ts';
export { ISSUE_ALERTS_MIGRATIONS, type IssueAlertsTables } from './migrations.ts';
export { issueAlertKey, stormAlertKey } from './plan-alert.ts';
export type * from './types.ts';
export { BLIND_ALERT_KEY } from './watch-pipeline.ts';
