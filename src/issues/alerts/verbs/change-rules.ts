import type { Actor } from '../../../access/index.ts';
import { Failure, newId } from '../../../base/index.ts';
import { acceptedRule } from '../accepted-rule.ts';
import type { IssueAlertsContext } from '../context.ts';
import { ISSUE_ALERTS_FAILURES } from '../failures.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from '../limits.ts';
import type { IssueAlertsTables } from '../migrations.ts';
import { readRules } from '../rule-rows.ts';
import type { AlertRule, IssueAlertVerbs, RuleInput } from '../types.ts';
import { auditedChange, authorizeRead } from './verb-context.ts';

export const listRules =
  (context: IssueAlertsContext): IssueAlertVerbs['list'] =>
  async (actor, projectId) => {
    await authorizeRead(context, actor, projectId);
    return rulesOf(context, projectId);
  };

export const createRule =
  (context: IssueAlertsContext): IssueAlertVerbs['create'] =>
  async (actor, projectId, input) => {
    const call = { eventName: 'CreateIssueAlertRule', projectId, parameters: { rule: input } };
    return auditedChange(context, actor, call, async (project) => {
      const rule = acceptedRule(input);
      if ((await rulesOf(context, projectId)).length >= LIMITS.rulesPerProjectMax) {
        const details = { project: project.slug, max: LIMITS.rulesPerProjectMax };
        throw new Failure(ISSUE_ALERTS_FAILURES.tooManyRules, details);
      }
      return writeRule(context, actor, { projectId, id: newId(context.clock.nowMs()), rule });
    });
  };

/** The default rule gets a row of its own with its first change. */
export const updateRule =
  (context: IssueAlertsContext): IssueAlertVerbs['update'] =>
  async (actor, projectId, id, input) => {
    const call = { eventName: 'UpdateIssueAlertRule', projectId, parameters: { id, rule: input } };
    return auditedChange(context, actor, call, async (project) => {
      const rule = acceptedRule(input);
      await guardKnown(context, { projectId, id, project: project.slug });
      return writeRule(context, actor, { projectId, id, rule });
    });
  };

export const removeRule =
  (context: IssueAlertsContext): IssueAlertVerbs['remove'] =>
  async (actor, projectId, id) => {
    const call = { eventName: 'DeleteIssueAlertRule', projectId, parameters: { id } };
    await auditedChange(context, actor, call, async (project) => {
      await guardKnown(context, { projectId, id, project: project.slug });
      await storeRule(context, actor, { projectId, id, definition: null });
    });
  };

const rulesOf = async (context: IssueAlertsContext, projectId: string): Promise<readonly AlertRule[]> =>
  (await readRules(context.catalog.db<IssueAlertsTables>(), [projectId])).get(projectId) ?? [];

async function guardKnown(
  context: IssueAlertsContext,
  of: { readonly projectId: string; readonly id: string; readonly project: string },
): Promise<void> {
  if ((await rulesOf(context, of.projectId)).some(({ id }) => id === of.id)) return;
  throw new Failure(ISSUE_ALERTS_FAILURES.ruleUnknown, { project: of.project, rule: of.id });
}

async function writeRule(
  context: IssueAlertsContext,
  actor: Actor,
  of: { readonly projectId: string; readonly id: string; readonly rule: RuleInput },
): Promise<AlertRule> {
  const { projectId, id, rule } = of;
  const updatedMs = await storeRule(context, actor, { projectId, id, definition: JSON.stringify(rule) });
  return { ...rule, id, projectId, updatedMs, updatedBy: actor.name };
}

async function storeRule(
  context: IssueAlertsContext,
  actor: Actor,
  of: { readonly projectId: string; readonly id: string; readonly definition: string | null },
): Promise<number> {
  const updatedMs = context.clock.nowMs();
  const row = { definition: of.definition, updated_ms: updatedMs, updated_by: actor.name };
  await context.catalog
    .db<IssueAlertsTables>()
    .insertInto('issue_alert_rules')
    .values({ project_id: of.projectId, id: of.id, ...row })
    .onConflict((conflict) => conflict.columns(['project_id', 'id']).doUpdateSet(row))
    .execute();
  return updatedMs;
}
