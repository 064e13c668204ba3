import type { Selectable } from 'kysely';
import type { Catalog } from '../../catalog/index.ts';
import type { Project, ProjectKey } from '../types.ts';
import type { ProjectKeysTable, ProjectsTable, ProjectsTables } from './migrations.ts';
import { withDefaults } from './settings.ts';

/** Every living project and key, as the edge asks for them: by id, by slug, by key. Read once, then kept by the verbs. */
export interface DirectoryMemory {
  readonly byId: (id: string) => Project | undefined;
  readonly bySlug: (slug: string) => Project | undefined;
  readonly all: () => readonly Project[];
  readonly keysOf: (projectId: string) => readonly ProjectKey[];
  readonly keyOf: (publicKey: string) => ProjectKey | undefined;
  readonly put: (project: Project) => void;
  readonly putKey: (key: ProjectKey) => void;
  /** Takes a project and its keys out: nothing more is accepted for it. */
  readonly drop: (projectId: string) => void;
}

export function createMemory(): DirectoryMemory {
  const projects = new Map<string, Project>();
  const slugs = new Map<string, string>();
  const keys = new Map<string, ProjectKey>();
  const drop = (projectId: string): void => {
    const slug = projects.get(projectId)?.slug;
    if (slug !== undefined) slugs.delete(slug);
    projects.delete(projectId);
  };
  const byId = (id: string): Project | undefined => projects.get(id);
  return {
    byId,
    bySlug: (slug) => byId(slugs.get(slug) ?? ''),
    all: () => [...projects.values()],
    keysOf: (projectId) => [...keys.values()].filter((key) => key.projectId === projectId),
    keyOf: (publicKey) => keys.get(publicKey),
    put: (project) => {
      drop(project.id);
      projects.set(project.id, project);
      slugs.set(project.slug, project.id);
    },
    putKey: (key) => void keys.set(key.publicKey, key),
    drop: (projectId) => {
      drop(projectId);
      for (const key of keys.values()) if (key.projectId === projectId) keys.delete(key.publicKey);
    },
  };
}

export const projectOf = (row: Selectable<ProjectsTable>): Project => ({
  id: String(row.id),
  slug: row.slug,
  name: row.name,
  platform: row.platform,
  createdMs: row.created_ms,
  isInternal: row.is_internal,
  settings: withDefaults(row.settings),
});

export const keyOf = (row: Selectable<ProjectKeysTable>): ProjectKey => ({
  projectId: String(row.project_id),
  publicKey: row.public_key,
  label: row.label,
  isActive: row.is_active,
  createdMs: row.created_ms,
  ...(row.last_used_ms === null ? {} : { lastUsedMs: row.last_used_ms }),
});

/** Fills an empty memory from the database. */
export async function loadMemory(catalog: Catalog, memory: DirectoryMemory): Promise<void> {
  const db = catalog.db<ProjectsTables>();
  const rows = await db.selectFrom('projects').selectAll().where('deleted_ms', 'is', null).orderBy('id').execute();
  for (const row of rows) memory.put(projectOf(row));
  for (const row of await db.selectFrom('project_keys').selectAll().orderBy('created_ms').execute()) {
    if (memory.byId(String(row.project_id)) !== undefined) memory.putKey(keyOf(row));
  }
}
