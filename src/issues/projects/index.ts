/**
 * projects: who may send events, and what became of what they sent.
 *
 * Purpose: projects with their settings, the keys of their DSNs, and counts of everything that came, by category,
 * outcome and reason.
 * Invariants: the edge finds a project without a query, in a memory that the verbs keep; a key that is deactivated and a
 * project that is deleted are refused from the next request on; ids are never given twice; deleting a project is durable
 * before it is answered and what the project held is erased after it, across restarts too; settings that are stored are
 * valid, for rules are parsed before they are accepted.
 * Limits: limits.ts. One process writes; counts that are younger than seconds are lost by a crash.
 * It does not limit rates (the edge does, by these settings) and does not know events or issues.
 */
export type { ProjectsDeps } from './context.ts';
export { createProjects } from './create-projects.ts';
export { dsnOf, securityUrlOf } from './dsn.ts';
export { ISSUES_PROJECTS_FAILURES } from './failures.ts';
export { groupingWords } from './grouping-words.ts';
export { ISSUES_PROJECTS_LIMITS } from './limits.ts';
export { ISSUES_PROJECTS_MIGRATIONS, type ProjectsTables } from './migrations.ts';
export { type GroupingTrial, type TriedGrouping, type TryGroupingDeps, tryGrouping } from './try-grouping.ts';
export type {
  GroupingWords,
  OutcomeSeries,
  ProjectChange,
  ProjectEraser,
  ProjectListed,
  ProjectRequest,
  Projects,
  ProjectVerbs,
  RuleMistake,
  SettingsChange,
} from './types.ts';
