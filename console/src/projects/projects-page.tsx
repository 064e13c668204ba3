import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import type { Project } from '../api/issue-types.ts';
import { useProjects } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { formatCount } from '../base/format.ts';
import { FirstProject } from '../issues/first-steps.tsx';
import { IssuesFrame } from '../issues/issues-frame.tsx';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Section, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useGo } from '../shell/go.ts';

function ProjectRow({ project }: { readonly project: Project }) {
  return (
    <tr>
      <td className="w-full min-w-48">
        <Link
          to="/projects/$slug"
          params={{ slug: project.slug }}
          search={keepRange as never}
          className="font-medium text-accent underline decoration-line-2 underline-offset-2"
        >
          {project.name}
        </Link>
        <div className="font-mono text-xs text-ink-3">{project.slug}</div>
      </td>
      <td className="whitespace-nowrap">{project.platform}</td>
      <td className="figure">{formatCount(project.acceptedLastDay)}</td>
      <td className="figure">
        {project.refusedLastDay > 0 ? (
          <Link
            to="/projects/$slug"
            params={{ slug: project.slug }}
            search={(old: Record<string, unknown>) => ({ ...keepRange(old), tab: 'outcomes' }) as never}
            className="font-semibold text-warn underline decoration-line-2 underline-offset-2"
          >
            {formatCount(project.refusedLastDay)}
          </Link>
        ) : (
          <span className="text-ink-3">0</span>
        )}
      </td>
      <td className="whitespace-nowrap">
        {project.lastAcceptedMs === undefined ? (
          <Tag tone="accent">waiting for the first</Tag>
        ) : (
          <Ago at={project.lastAcceptedMs} />
        )}
      </td>
      <td className="whitespace-nowrap">{project.settings.retentionDays} days</td>
      <td className="whitespace-nowrap">
        <Link
          to="/issues"
          search={(old: Record<string, unknown>) => ({ ...keepRange(old), project: [project.slug] }) as never}
          className="text-accent underline decoration-line-2 underline-offset-2"
        >
          Issues
        </Link>
      </td>
    </tr>
  );
}

/** Which applications tell their errors, and does anything of theirs get lost? */
export function ProjectsPage() {
  useTitle('Projects');
  const projects = useProjects();
  const mayManage = useMay('manageIssues');
  const go = useGo();
  if (projects.data?.projects.length === 0)
    return (
      <IssuesFrame>
        <FirstProject />
      </IssuesFrame>
    );
  return (
    <IssuesFrame heading="Projects">
      <Section
        title="Projects"
        lead="Each receives the errors of one application by its DSN."
        action={
          mayManage && (
            <Button tone="accent" onClick={() => go('/projects/new')}>
              <Plus size={14} /> New project
            </Button>
          )
        }
      >
        {projects.isPending && <BoneRows rows={5} label="the projects" />}
        {projects.isError && <FailureNotice error={projects.error} onRetry={() => void projects.refetch()} />}
        {projects.data !== undefined && (
          <TableFrame label="Projects">
            <table className="ledger">
              <thead>
                <tr>
                  <th scope="col">Project</th>
                  <th scope="col">Platform</th>
                  <th scope="col" className="figure">
                    Accepted, 24 h
                  </th>
                  <th scope="col" className="figure">
                    Refused, 24 h
                  </th>
                  <th scope="col">Newest</th>
                  <th scope="col">Kept</th>
                  <th scope="col">
                    <span className="sr-only">Issues</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {projects.data.projects.map((project) => (
                  <ProjectRow key={project.id} project={project} />
                ))}
              </tbody>
            </table>
          </TableFrame>
        )}
      </Section>
    </IssuesFrame>
  );
}
