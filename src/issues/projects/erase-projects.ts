import type { ProjectsContext } from './context.ts';
import type { ProjectsTables } from './migrations.ts';

/**
 * Erases what deleted projects hold, one after the other. A row goes only after every eraser ended, so that a crash or
 * an engine that is away leaves it to be taken up again. Resolves to whether nothing is left to do.
 */
export async function eraseDeleted(context: ProjectsContext): Promise<boolean> {
  const db = context.catalog.db<ProjectsTables>();
  const rows = await db.selectFrom('projects').select(['id', 'slug']).where('deleted_ms', 'is not', null).execute();
  let isDone = true;
  for (const { id, slug } of rows) {
    try {
      for (const { erase } of context.erasers) await erase({ id: String(id), slug });
      await db.deleteFrom('projects').where('id', '=', id).where('deleted_ms', 'is not', null).execute();
      context.log.info({ project: slug }, 'what a deleted project held was erased');
    } catch (error) {
      isDone = false;
      context.log.error(
        { err: error, project: slug },
        'what a deleted project holds could not be erased; it is tried again',
      );
    }
  }
  return isDone;
}
