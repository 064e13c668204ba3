import type { Kysely, Selectable } from 'kysely';
import { DEFAULT_RULE, DEFAULT_RULE_ID } from './default-rule.ts';
import type { IssueAlertsTables } from './migrations.ts';
import type { AlertRule } from './types.ts';

export type RuleRow = Selectable<IssueAlertsTables['issue_alert_rules']>;

/** The rules of each project; one that has no row of the default has the default itself. */
export async function readRules(
  db: Kysely<IssueAlertsTables>,
  projectIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AlertRule[]>> {
  const rules = new Map<string, readonly AlertRule[]>();
  if (projectIds.length === 0) return rules;
  const rows = await db
    .selectFrom('issue_alert_rules')
    .selectAll()
    .where('project_id', 'in', [...projectIds])
    .orderBy('updated_ms')
    .orderBy('id')
    .execute();
  for (const projectId of projectIds) {
    rules.set(
      projectId,
      rulesOf(
        projectId,
        rows.filter((row) => row.project_id === projectId),
      ),
    );
  }
  return rules;
}

function rulesOf(projectId: string, rows: readonly RuleRow[]): readonly AlertRule[] {
  const stored = rows.flatMap((row) => toRule(row) ?? []);
  if (rows.some(({ id }) => id === DEFAULT_RULE_ID)) return stored;
  return [{ ...DEFAULT_RULE, id: DEFAULT_RULE_ID, projectId }, ...stored];
}

function toRule(row: RuleRow): AlertRule | undefined {
  if (row.definition === null) return undefined;
  return {
    ...row.definition,
    id: row.id,
    projectId: row.project_id,
    updatedMs: row.updated_ms,
    updatedBy: row.updated_by,
  };
}
