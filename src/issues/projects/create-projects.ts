import { HOUR_MS } from '../../base/index.ts';
import type { ProjectKey } from '../types.ts';
import type { ProjectsContext, ProjectsDeps } from './context.ts';
import { createMemory, loadMemory } from './directory.ts';
import { eraseDeleted } from './erase-projects.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';
import { createOutcomeCounts } from './outcome-counts.ts';
import type { Projects } from './types.ts';
import { changeProject } from './verbs/change-project.ts';
import { createProject, insertProject } from './verbs/create-project.ts';
import { getProject, listProjects } from './verbs/list-projects.ts';
import { changeKey, createKey, listKeys } from './verbs/project-keys.ts';
import { readOutcomes } from './verbs/read-outcomes.ts';
import { removeProject } from './verbs/remove-project.ts';

/** Reads projects and keys into memory; ISSUES_PROJECTS_MIGRATIONS must have run. */
export async function createProjects(deps: ProjectsDeps): Promise<Projects> {
  const memory = createMemory();
  await loadMemory(deps.catalog, memory);
  const counts = createOutcomeCounts(deps);
  const work = createWork(deps);
  const context: ProjectsContext = { ...deps, memory, counts, erasers: [], wakeEraser: work.wake };
  return {
    directory: {
      find: (projectId, publicKey) => {
        const key = memory.keyOf(publicKey);
        if (key === undefined || !key.isActive || key.projectId !== projectId) return undefined;
        counts.keyUsed(publicKey);
        return memory.byId(projectId);
      },
      byId: memory.byId,
      bySlug: memory.bySlug,
      all: memory.all,
      count: counts.add,
    },
    verbs: {
      list: listProjects(context),
      get: getProject(context),
      create: createProject(context),
      change: changeProject(context),
      remove: removeProject(context),
      keys: listKeys(context),
      createKey: createKey(context),
      changeKey: changeKey(context),
      outcomes: readOutcomes(context),
    },
    internal: () => internalProject(context),
    whenErased: (part, erase) => void context.erasers.push({ part, erase }),
    start: () => work.start(context),
    close: async () => {
      await work.stop();
      await counts.flush();
    },
  };
}

const INTERNAL = {
  slug: 'holdfast-probe',
  name: 'Holdfast probe',
  platform: 'node',
  isInternal: true,
  createdBy: 'boot',
};

async function internalProject(context: ProjectsContext): Promise<Awaited<ReturnType<Projects['internal']>>> {
  const project = context.memory.all().find(({ isInternal }) => isInternal);
  const key = project === undefined ? undefined : context.memory.keysOf(project.id).find(isUsable);
  if (project !== undefined && key !== undefined) return { project, key };
  return insertProject(context, INTERNAL);
}
const isUsable = (key: ProjectKey): boolean => key.isActive;

/** The two loops: counts are written and pruned, and deleted projects erased. */
function createWork({ clock, log }: ProjectsDeps) {
  const stopping = new AbortController();
  let running: readonly Promise<void>[] = [];
  let wake = (): void => undefined;
  let isWoken = true;
  const waitForWork = async (timeoutMs: number): Promise<void> => {
    const waiting = new AbortController();
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const signal = AbortSignal.any([stopping.signal, waiting.signal]);
    await Promise.race([woken, clock.sleep(timeoutMs, signal).catch(() => undefined)]);
    waiting.abort(new Error('woken'));
  };
  const eraseLoop = async (context: ProjectsContext): Promise<void> => {
    while (!stopping.signal.aborted) {
      isWoken = false;
      const isDone = await eraseDeleted(context).catch((error: unknown) => {
        log.error({ err: error }, 'deleted projects could not be looked for');
        return false;
      });
      if (!isWoken) await waitForWork(isDone ? HOUR_MS : ISSUES_PROJECTS_LIMITS.eraseRetryMs);
    }
  };
  const countLoop = async ({ counts }: ProjectsContext): Promise<void> => {
    let prunedMs = 0;
    while (!stopping.signal.aborted) {
      await clock.sleep(ISSUES_PROJECTS_LIMITS.countsFlushMs, stopping.signal);
      await counts
        .flush()
        .catch((error: unknown) => log.error({ err: error }, 'counts of projects could not be written'));
      if (clock.nowMs() - prunedMs < HOUR_MS) continue;
      prunedMs = clock.nowMs();
      await counts.prune().catch((error: unknown) => log.error({ err: error }, 'old counts could not be removed'));
    }
  };
  return {
    wake: (): void => {
      isWoken = true;
      wake();
    },
    start: (context: ProjectsContext): void => {
      running = [eraseLoop(context), countLoop(context)].map((loop) => loop.catch(() => undefined));
    },
    stop: async (): Promise<void> => {
      stopping.abort(new Error('stopping'));
      await Promise.all(running);
    },
  };
}
