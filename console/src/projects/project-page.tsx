import { useParams, useSearch } from '@tanstack/react-router';
import type { Project } from '../api/issue-types.ts';
import { useProject } from '../api/projects.ts';
import { cx } from '../base/class-names.ts';
import { IssuesFrame } from '../issues/issues-frame.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { AlertRules } from './alert-rules.tsx';
import { General } from './general.tsx';
import { GroupingRules } from './grouping-rules.tsx';
import { Keys } from './keys.tsx';
import { Limits } from './limits.tsx';
import { Outcomes } from './outcomes.tsx';
import { Setup } from './setup.tsx';
import { SourceMaps } from './source-maps.tsx';

export interface ProjectSearch {
  readonly sdk?: string | undefined;
  readonly key?: string | undefined;
  readonly tab?: 'general' | 'keys' | 'limits' | 'grouping' | 'alerts' | 'outcomes' | 'source-maps' | undefined;
}

const TABS = [
  { tab: undefined, label: 'Connect' },
  { tab: 'outcomes', label: 'What arrived' },
  { tab: 'alerts', label: 'Alert rules' },
  { tab: 'grouping', label: 'Grouping' },
  { tab: 'limits', label: 'Kept and limits' },
  { tab: 'keys', label: 'Keys' },
  { tab: 'source-maps', label: 'Source maps' },
  { tab: 'general', label: 'General' },
] as const;

function Shown({ project, tab }: { readonly project: Project; readonly tab: ProjectSearch['tab'] }) {
  if (tab === 'outcomes') return <Outcomes project={project} />;
  if (tab === 'alerts') return <AlertRules project={project} />;
  if (tab === 'grouping') return <GroupingRules project={project} />;
  if (tab === 'limits') return <Limits project={project} />;
  if (tab === 'keys') return <Keys project={project} />;
  if (tab === 'source-maps') return <SourceMaps project={project} />;
  return tab === 'general' ? <General project={project} /> : <Setup project={project} />;
}

/** How is this application connected, and what happens to what it sends? */
export function ProjectPage() {
  const { slug = '' } = useParams({ strict: false }) as { readonly slug?: string };
  const { tab } = useSearch({ strict: false }) as ProjectSearch;
  const project = useProject(slug);
  const change = useChangeSearch();
  useTitle(project.data?.name ?? 'Project');
  return (
    <IssuesFrame>
      {project.isPending && <BoneRows rows={10} label="the project" />}
      {project.isError && project.data === undefined && (
        <>
          <h1 className="mb-4 text-xl">This project cannot be shown</h1>
          <FailureNotice error={project.error} onRetry={() => void project.refetch()} />
        </>
      )}
      {project.data !== undefined && (
        <>
          <h1 className="text-xl leading-tight">
            {project.data.name}
            <code className="ml-3 text-sm font-normal text-ink-3">{project.data.slug}</code>
          </h1>
          <nav aria-label="Project" className="mt-2 mb-5 flex gap-0.5 overflow-x-auto border-b border-line">
            {TABS.map(({ tab: one, label }) => (
              <button
                key={label}
                type="button"
                aria-current={tab === one ? 'page' : undefined}
                onClick={() => change({ tab: one })}
                className={cx(
                  '-mb-px border-b-2 px-3 py-1.5 text-sm whitespace-nowrap first:pl-0',
                  tab === one ? 'border-accent font-semibold' : 'border-transparent text-ink-2 hover:text-ink',
                )}
              >
                {label}
              </button>
            ))}
          </nav>
          <Shown key={project.data.id} project={project.data} tab={tab} />
        </>
      )}
    </IssuesFrame>
  );
}
