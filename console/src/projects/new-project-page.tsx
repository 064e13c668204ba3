import { useState } from 'react';
import { useCreateProject } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { cx } from '../base/class-names.ts';
import { IssuesFrame } from '../issues/issues-frame.tsx';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { useGo } from '../shell/go.ts';
import { SDK_SNIPPETS } from './snippets.ts';

const NAME_MAX = 200;

/** As the server makes one of a name; it has the last word. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);

function Platforms({ chosen, onChange }: { readonly chosen: string; readonly onChange: (id: string) => void }) {
  return (
    <fieldset className="mb-5">
      <legend className="mb-1.5 text-sm font-medium">What it is made with</legend>
      <div className="grid grid-cols-2 gap-1.5 sm:grid-cols-4">
        {SDK_SNIPPETS.map(({ id, label }) => (
          <label
            key={id}
            className={cx(
              'flex min-h-[34px] cursor-pointer items-center border px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent',
              id === chosen
                ? 'border-accent bg-accent-soft font-semibold'
                : 'border-line-2 bg-sheet hover:border-ink-3',
            )}
          >
            <input
              type="radio"
              name="platform"
              className="sr-only"
              checked={id === chosen}
              onChange={() => onChange(id)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A name and a platform, and the DSN is there. */
export function NewProjectPage() {
  useTitle('New project');
  const create = useCreateProject();
  const mayManage = useMay('manageIssues');
  const go = useGo();
  const [name, setName] = useState('');
  const [slug, setSlug] = useState<string>();
  const [sdk, setSdk] = useState('browser');
  const platform = SDK_SNIPPETS.find(({ id }) => id === sdk)?.platform ?? 'other';
  const submit = (): void =>
    create.mutate(
      { name: name.trim(), platform, ...(slug === undefined || slug === '' ? {} : { slug }) },
      { onSuccess: ({ project }) => go(`/projects/${project.slug}`, { sdk }) },
    );
  return (
    <IssuesFrame>
      <h1 className="mb-1 text-xl leading-tight">New project</h1>
      <p className="mb-5 max-w-[64ch] text-md text-ink-2">
        One for each application: its issues, releases, limits and alert rules are its own.
      </p>
      {!mayManage ? (
        <Notice tone="plain" title="Projects are made by administrators.">
          Ask one of them for a project and its DSN.
        </Notice>
      ) : (
        <form
          className="max-w-[720px]"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <div className="grid gap-x-4 sm:grid-cols-2">
            <TextField
              label="Name"
              required
              maxLength={NAME_MAX}
              autoComplete="off"
              autoFocus
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <TextField
              label="Slug"
              hint="How sentry-cli and addresses call it."
              mono
              pattern="[a-z0-9\-]+"
              autoComplete="off"
              placeholder={slugOf(name)}
              value={slug ?? ''}
              onChange={(event) => setSlug(event.target.value)}
            />
          </div>
          <Platforms chosen={sdk} onChange={setSdk} />
          {create.isError && <FailureNotice error={create.error} />}
          <Button tone="accent" type="submit" className="mt-3" disabled={name.trim() === '' || create.isPending}>
            {create.isPending ? 'Creating…' : 'Create the project'}
          </Button>
        </form>
      )}
    </IssuesFrame>
  );
}
