import { z } from '@hono/zod-openapi';
import { levelSchema } from './event-contract.ts';
import { issuePrioritySchema } from './issues-contract.ts';

/**
 * The part of the JSON API about alert rules of issues; times are milliseconds since 1970.
 * - GET|POST /issue-alerts, PATCH|DELETE /issue-alerts/{id} (PATCH replaces the rule), POST /issue-alerts/dry-run
 */
const windowMs = z.number().int().min(60_000);
/** Any one of them sets the rule off. */
export const issueAlertTrigger = z.discriminatedUnion('type', [
  z.object({ type: z.literal('new') }),
  z.object({ type: z.literal('regressed') }),
  z.object({ type: z.literal('escalating') }),
  /** An issue has at least so many events in the window. */
  z.object({ type: z.literal('frequency'), count: z.number().int().min(1), windowMs }),
  /** At least so many different users. */
  z.object({ type: z.literal('users'), count: z.number().int().min(1), windowMs }),
]);
/** All of them must hold. */
export const issueAlertFilter = z.discriminatedUnion('type', [
  z.object({ type: z.literal('level'), atLeast: levelSchema }),
  z.object({ type: z.literal('priority'), atLeast: issuePrioritySchema }),
  z.object({ type: z.literal('environment'), environment: z.string().max(64) }),
  z.object({
    type: z.literal('tag'),
    key: z.string().max(200),
    operator: z.enum(['equals', 'not-equals', 'contains', 'is-set', 'is-not-set']),
    value: z.string().max(200),
  }),
  z.object({ type: z.literal('unhandled') }),
  /** The text is in the title or the culprit. */
  z.object({ type: z.literal('text'), text: z.string().max(500) }),
]);
export const issueAlertRuleInput = z.object({
  name: z.string().min(1).max(200),
  /** Absent: every project. */
  projectId: z.string().optional(),
  isEnabled: z.boolean(),
  triggers: z.array(issueAlertTrigger).min(1).max(10),
  filters: z.array(issueAlertFilter).max(20),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  /** An issue sets the rule off at most once in this time. */
  intervalMs: z.number().int().min(60_000),
});
export const issueAlertRuleBody = issueAlertRuleInput.extend({
  id: z.string(),
  createdMs: z.number(),
  createdBy: z.string(),
  lastFiredMs: z.number().optional(),
  firedLastDay: z.number(),
  /** Not told one by one in the last day, because caps or a storm digest held them back. */
  heldBackLastDay: z.number(),
});
export const issueAlertRulesBody = z.object({ rules: z.array(issueAlertRuleBody) });
export const issueAlertRulesQuery = z.object({ projectId: z.string().optional() });
export const issueAlertDryRunBody = z.object({
  rule: issueAlertRuleInput,
  /** The last day when absent. */
  fromMs: z.number().int().optional(),
  toMs: z.number().int().optional(),
});
export const issueAlertDryRunAnswer = z.object({
  /** Newest first; what the rule would have fired for. */
  fired: z.array(
    z.object({
      issueId: z.string(),
      shortId: z.string(),
      title: z.string(),
      atMs: z.number(),
      trigger: z.enum(['new', 'regressed', 'escalating', 'frequency', 'users']),
    }),
  ),
  total: z.number(),
  /** Issues that were looked at. */
  issues: z.number(),
});

export type IssueAlertTriggerBody = z.infer<typeof issueAlertTrigger>;
export type IssueAlertFilterBody = z.infer<typeof issueAlertFilter>;
export type IssueAlertRuleInputBody = z.infer<typeof issueAlertRuleInput>;
export type IssueAlertRuleBody = z.infer<typeof issueAlertRuleBody>;
export type IssueAlertRulesBody = z.infer<typeof issueAlertRulesBody>;
export type IssueAlertDryRunAnswerBody = z.infer<typeof issueAlertDryRunAnswer>;
