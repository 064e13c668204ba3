import { clip, Failure } from '../../../base/index.ts';
import type { Project } from '../../types.ts';
import type { ProjectsContext } from '../context.ts';
import { ISSUES_PROJECTS_FAILURES } from '../failures.ts';

/** By id or slug. Throws `projects.not-found`. */
export function requireProject({ memory }: ProjectsContext, idOrSlug: string): Project {
  const project = memory.byId(idOrSlug) ?? memory.bySlug(idOrSlug);
  if (project !== undefined) return project;
  throw new Failure(ISSUES_PROJECTS_FAILURES.notFound, { project: JSON.stringify(clip(idOrSlug, 80)) });
}

/** A project that people may change. Throws `projects.not-found` and `projects.internal`. */
export function requireOwnProject(context: ProjectsContext, idOrSlug: string): Project {
  const project = requireProject(context, idOrSlug);
  if (!project.isInternal) return project;
  throw new Failure(ISSUES_PROJECTS_FAILURES.internal, { project: project.slug });
}
