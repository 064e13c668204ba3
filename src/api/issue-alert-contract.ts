import { z } from '@hono/zod-openapi';
import { levelSchema } from './event-contract.ts';
import { issuePrioritySchema } from './issues-contract.ts';

/**
 * The part of the JSON API about alert rules of issues, which belong to a project; times are milliseconds since 1970.
 * - GET|POST /projects/{project}/alert-rules, PATCH|DELETE /projects/{project}/alert-rules/{rule} (PATCH replaces it)
 * - POST /projects/{project}/alert-rules/dry-run
 */
const windowMs = z.number().int().min(60_000);
/** Any one of them sets the rule off. */
export const issueAlertTrigger = z.discriminatedUnion('type', [
  z.object({ type: z.literal('new') }),
  z.object({ type: z.literal('regressed') }),
  z.object({ type: z.literal('escalating') }),
  /** At least so many events of one issue in the window. */
  z.object({ type: z.literal('frequency'), events: z.number().int().min(1), windowMs }),
  /** At least so many users of one issue in the window. */
  z.object({ type: z.literal('users'), users: z.number().int().min(1), windowMs }),
]);
/** All that are given must hold; a list holds when one of its entries does. */
export const issueAlertFilters = z.object({
  levels: z.array(levelSchema).max(5).optional(),
  environments: z.array(z.string().max(64)).max(50).optional(),
  priorities: z.array(issuePrioritySchema).max(3).optional(),
  tags: z
    .array(
      z.object({
        key: z.string().max(200),
        operator: z.enum(['=', '!=', 'exists', 'absent']),
        /** For `=` and `!=`; `*` stands for any characters. */
        value: z.string().max(200).optional(),
      }),
    )
    .max(20)
    .optional(),
});
const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export const issueAlertRuleInput = z.object({
  name: z.string().min(1).max(200),
  isEnabled: z.boolean(),
  triggers: z.array(issueAlertTrigger).min(1).max(10),
  filters: issueAlertFilters,
  /** Absent: by the level and priority of the issue. */
  severity: severity.optional(),
});
export const issueAlertRuleBody = issueAlertRuleInput.extend({
  /** `default` is the one that every project has until somebody changes or removes it. */
  id: z.string(),
  projectId: z.string(),
  updatedMs: z.number().optional(),
  updatedBy: z.string().optional(),
});
export const issueAlertRulesBody = z.object({ rules: z.array(issueAlertRuleBody) });
export const issueAlertDryRunBody = z.object({
  rule: issueAlertRuleInput,
  /** The last day when absent. */
  fromMs: z.number().int().optional(),
  toMs: z.number().int().optional(),
});
/** What a rule would have said; nobody is told and nothing is changed. */
export const issueAlertDryRunAnswer = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** Newest first, one for each issue and trigger. */
  firings: z.array(
    z.object({
      issueId: z.string(),
      shortId: z.string(),
      title: z.string(),
      trigger: z.enum(['new', 'regressed', 'escalating', 'frequency', 'users']),
      atMs: z.number(),
      severity,
    }),
  ),
  total: z.number(),
  /** Issues that were looked at. */
  issues: z.number(),
  /** There was more to look at than one dry run looks at. */
  isPartial: z.boolean(),
  /** What could not be looked at in the past, in words. */
  remarks: z.array(z.string()),
});

export type IssueAlertTriggerBody = z.infer<typeof issueAlertTrigger>;
export type IssueAlertFiltersBody = z.infer<typeof issueAlertFilters>;
export type IssueAlertRuleInputBody = z.infer<typeof issueAlertRuleInput>;
export type IssueAlertRuleBody = z.infer<typeof issueAlertRuleBody>;
export type IssueAlertRulesBody = z.infer<typeof issueAlertRulesBody>;
export type IssueAlertDryRunAnswerBody = z.infer<typeof issueAlertDryRunAnswer>;
