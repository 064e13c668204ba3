import { sql } from 'kysely';
import type { IssueSql } from './issue-conditions.ts';

/** What may follow `is:`; docs/issue-search.md has the same table. */
export const IS_WORDS: Readonly<Record<string, IssueSql>> = {
  unresolved: sql<boolean>`i.status = 'unresolved'`,
  resolved: sql<boolean>`i.status = 'resolved'`,
  ignored: sql<boolean>`i.status = 'ignored'`,
  archived: sql<boolean>`i.status = 'ignored'`,
  new: sql<boolean>`i.substatus = 'new'`,
  ongoing: sql<boolean>`i.substatus = 'ongoing'`,
  regressed: sql<boolean>`i.substatus = 'regressed'`,
  escalating: sql<boolean>`i.substatus = 'escalating'`,
  archived_until_escalating: sql<boolean>`i.substatus = 'until-escalating'`,
  archived_until_condition_met: sql<boolean>`i.substatus = 'until-condition'`,
  archived_forever: sql<boolean>`i.substatus = 'forever'`,
  assigned: sql<boolean>`i.assignee_id IS NOT NULL`,
  unassigned: sql<boolean>`i.assignee_id IS NULL`,
  // What somebody should look at: news that nobody has answered, resolved, ignored or marked as seen.
  for_review: sql<boolean>`(i.status = 'unresolved' AND i.substatus IN ('new', 'regressed', 'escalating'))`,
  handled: sql<boolean>`i.handled`,
  unhandled: sql<boolean>`(NOT i.handled)`,
};
