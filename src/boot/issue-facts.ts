import type { Catalog } from '../catalog/index.ts';
import type { IssuesTables } from '../issues/index.ts';

/** How many issues began in each of these releases: `<project id> <version>` to a number. */
export const countNewIssues =
  (catalog: Catalog) =>
  async (versions: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    if (versions.length === 0) return new Map();
    const rows = await catalog
      .db<IssuesTables>()
      .selectFrom('issues')
      .select((eb) => ['project_id', 'first_release', eb.fn.countAll<string>().as('issues')])
      .where('first_release', 'in', versions)
      .where('merged_into', 'is', null)
      .where('deleted_ms', 'is', null)
      .groupBy(['project_id', 'first_release'])
      .execute();
    return new Map(rows.map((row) => [`${row.project_id} ${row.first_release}`, Number(row.issues)]));
  };

/** The text of each hash and the issue that owns it; hashes of deleted issues are absent. */
export const ownedHashes =
  (catalog: Catalog) =>
  async (
    hashIds: readonly number[],
  ): Promise<ReadonlyMap<number, { readonly hash: string; readonly issueId: string }>> => {
    if (hashIds.length === 0) return new Map();
    const rows = await catalog
      .db<IssuesTables>()
      .selectFrom('issue_hashes')
      .select(['id', 'hash', 'issue_id'])
      .where('id', 'in', hashIds)
      .where('deleted_ms', 'is', null)
      .execute();
    return new Map(rows.map((row) => [row.id, { hash: row.hash, issueId: String(row.issue_id) }]));
  };
