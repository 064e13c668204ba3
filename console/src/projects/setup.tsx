import { Link, useSearch } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { Project, ProjectKey } from '../api/issue-types.ts';
import { useProjectKeys } from '../api/projects.ts';
import { cx } from '../base/class-names.ts';
import { formatPlural } from '../base/format.ts';
import { CopyButton, Snippet } from '../parts/copy.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';
import type { ProjectSearch } from './project-page.tsx';
import { SDK_SNIPPETS, type SdkSnippet, snippetFor } from './snippets.ts';
import { sourceMapCommands } from './source-map-commands.ts';

/** The address that the application is given: the largest thing on the page. */
function Dsn({ projectKey }: { readonly projectKey: ProjectKey }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-3 border-2 border-ink bg-sheet px-4 py-3">
      <span className="text-xs font-semibold">DSN</span>
      <code className="min-w-0 flex-1 text-md break-all">{projectKey.dsn}</code>
      <CopyButton text={projectKey.dsn} label="Copy the DSN" />
    </div>
  );
}

/** Turns by itself from waiting to the first issue. */
function Arrival({ project }: { readonly project: Project }) {
  if (project.lastAcceptedMs === undefined)
    return (
      <p role="status" className="mb-6 flex items-center gap-2.5 text-sm text-ink-2">
        <span aria-hidden="true" className="relative flex size-2.5">
          <span className="absolute inline-flex size-full animate-ping rounded-full bg-accent opacity-50 motion-reduce:animate-none" />
          <span className="relative inline-flex size-2.5 rounded-full bg-accent" />
        </span>
        Waiting for the first event of {project.name}…
      </p>
    );
  return (
    <p role="status" className="mb-6 flex flex-wrap items-center gap-2 text-sm">
      <Check size={16} className="text-proven" aria-hidden="true" />
      <span>
        <strong className="font-semibold">{formatPlural(project.acceptedLastDay, 'thing')}</strong> arrived in the last
        day, the newest <Ago at={project.lastAcceptedMs} />.
      </span>
      <Link
        to="/issues"
        search={(old: Record<string, unknown>) => ({ ...keepRange(old), project: [project.slug] }) as never}
        className="text-accent underline underline-offset-2"
      >
        Its issues
      </Link>
    </p>
  );
}

function Choices({ chosen }: { readonly chosen: SdkSnippet }) {
  const change = useChangeSearch();
  const families = [...new Set(SDK_SNIPPETS.map(({ family }) => family))];
  return (
    <>
      <label className="mb-4 block text-sm md:hidden">
        <span className="mb-1 block font-medium">SDK</span>
        <select
          className="control w-full"
          value={chosen.id}
          onChange={(event) => change({ sdk: event.target.value }, true)}
        >
          {SDK_SNIPPETS.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <nav aria-label="SDKs" className="hidden w-44 shrink-0 md:block">
        {families.map((family) => (
          <div key={family} className="mb-3">
            <p className="mb-1 text-xs text-ink-3">{family}</p>
            <ul>
              {SDK_SNIPPETS.filter((one) => one.family === family).map(({ id, label }) => (
                <li key={id}>
                  <button
                    type="button"
                    aria-current={id === chosen.id ? 'true' : undefined}
                    className={cx(
                      'w-full border-l-[3px] py-1 pl-2.5 text-left text-sm',
                      id === chosen.id ? 'border-accent font-semibold' : 'border-line text-ink-2 hover:text-ink',
                    )}
                    onClick={() => change({ sdk: id }, true)}
                  >
                    {label}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </>
  );
}

function Blocks({ sdk, dsn, slug }: { readonly sdk: SdkSnippet; readonly dsn: string; readonly slug: string }) {
  return (
    <div className="min-w-0 flex-1">
      <h2 className="mb-3 text-md font-semibold">{sdk.label}</h2>
      <ol className="space-y-4">
        {sdk.blocks.map(({ at, text }) => (
          <li key={at}>
            <p className="mb-1 text-xs text-ink-3">{at}</p>
            <Snippet label={`${sdk.label}: ${at}`} text={text(dsn)} />
          </li>
        ))}
        {sdk.hasSourceMaps === true && (
          <li>
            <p className="mb-1 text-xs text-ink-3">
              After each build, so that stack traces show the code as it was written
            </p>
            <Snippet
              label="Upload of source maps"
              text={sourceMapCommands({ origin: location.origin, slug, release: 'shop@1.0.0' })}
            />
          </li>
        )}
      </ol>
      <p className="mt-4 max-w-[64ch] text-sm text-ink-2">
        Whoever already has an SDK changes its DSN and nothing else. The key in it allows sending and nothing more, so
        it may stand in the page of a browser.
      </p>
    </div>
  );
}

/** How an application is connected, with the real DSN in every line. */
export function Setup({ project }: { readonly project: Project }) {
  const search = useSearch({ strict: false }) as ProjectSearch;
  const keys = useProjectKeys(project.slug);
  const sdk = SDK_SNIPPETS.find(({ id }) => id === search.sdk) ?? snippetFor(project.platform);
  const active = keys.data?.filter(({ isActive }) => isActive) ?? [];
  const key = active.find(({ publicKey }) => publicKey === search.key) ?? active[0];
  if (keys.isPending) return <BoneRows rows={8} label="the keys" />;
  if (keys.isError) return <FailureNotice error={keys.error} onRetry={() => void keys.refetch()} />;
  if (key === undefined)
    return (
      <Notice tone="warn" title="No key of this project is active, so nothing can be sent.">
        Activate one under Keys, or make a new one there.
      </Notice>
    );
  return (
    <>
      <Dsn projectKey={key} />
      <Arrival project={project} />
      <div className="md:flex md:gap-8">
        <Choices chosen={sdk} />
        <Blocks sdk={sdk} dsn={key.dsn} slug={project.slug} />
      </div>
    </>
  );
}
