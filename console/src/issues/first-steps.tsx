import { Link } from '@tanstack/react-router';
import type { Project } from '../api/issue-types.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { keepRange, useGo } from '../shell/go.ts';

/** Before the first project: what one is, and where it is made. */
export function FirstProject() {
  const mayManage = useMay('manageIssues');
  const go = useGo();
  return (
    <section aria-label="First steps" className="max-w-[720px]">
      <h1 className="text-lg leading-tight">No application tells its errors yet</h1>
      <p className="mt-2 mb-4 max-w-[64ch] text-md text-ink-2">
        A project receives the errors of one application. It has an address, the DSN, that any Sentry SDK takes as it
        is: keep the SDK, change the DSN. Secrets are masked before anything is stored.
      </p>
      {mayManage ? (
        <Button tone="accent" onClick={() => go('/projects/new')}>
          Create the first project
        </Button>
      ) : (
        <p className="text-sm text-ink-2">Ask an administrator to create a project.</p>
      )}
    </section>
  );
}

/** A project that nothing came for: where its snippet is. */
export function NoEventsYet({ project }: { readonly project: Project | undefined }) {
  if (project === undefined) return null;
  return (
    <section aria-label="First steps" className="max-w-[720px]">
      <h2 className="text-lg leading-tight">No event has come yet</h2>
      <p className="mt-2 max-w-[64ch] text-md text-ink-2">
        <Link
          to="/projects/$slug"
          params={{ slug: project.slug }}
          search={keepRange as never}
          className="text-accent underline underline-offset-2"
        >
          The page of {project.name}
        </Link>{' '}
        has its DSN and the lines to copy for each SDK. Issues turn up here by themselves.
      </p>
      <p role="status" className="mt-6 flex items-center gap-2.5 border-t border-line pt-4 text-sm text-ink-2">
        <span aria-hidden="true" className="relative flex size-2.5">
          <span className="absolute inline-flex size-full animate-ping rounded-full bg-accent opacity-50 motion-reduce:animate-none" />
          <span className="relative inline-flex size-2.5 rounded-full bg-accent" />
        </span>
        Waiting for the first event…
      </p>
    </section>
  );
}
