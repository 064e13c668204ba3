import { sql } from 'kysely';
import type { TrackingContext } from './context.ts';
import type { IssuesTables } from './migrations.ts';

/** Removes everything of a project that is deleted; may be repeated. Its events are for the store of events to remove. */
export const eraseProject =
  ({ catalog, inTurn, hashes }: TrackingContext) =>
  async (projectId: string): Promise<void> => {
    await inTurn(async () => {
      const removed = await catalog.transaction<IssuesTables, readonly { project_id: string; hash: string }[]>(
        async (trx) => {
          const ofProject = sql`(SELECT id FROM issues WHERE project_id = ${projectId})`;
          await sql`DELETE FROM issue_hash_hours WHERE hash_id IN
            (SELECT id FROM issue_hashes WHERE project_id = ${projectId})`.execute(trx);
          await sql`DELETE FROM issue_ignore_minutes WHERE issue_id IN ${ofProject}`.execute(trx);
          await sql`DELETE FROM issue_ignore_users WHERE issue_id IN ${ofProject}`.execute(trx);
          await sql`DELETE FROM issue_activity WHERE issue_id IN ${ofProject}`.execute(trx);
          await trx.deleteFrom('issue_signals').where('project_id', '=', projectId).execute();
          const gone = await trx
            .deleteFrom('issue_hashes')
            .where('project_id', '=', projectId)
            .returning(['project_id', 'hash'])
            .execute();
          await trx.deleteFrom('issues').where('project_id', '=', projectId).execute();
          await trx.deleteFrom('issue_numbers').where('project_id', '=', projectId).execute();
          return gone;
        },
      );
      hashes.forget(removed);
    });
  };
