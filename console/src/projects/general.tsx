import { useState } from 'react';
import type { Project } from '../api/issue-types.ts';
import { useChangeProject, useDeleteProject } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { ConfirmByName } from '../settings/confirm-by-name.tsx';
import { useGo } from '../shell/go.ts';
import { SDK_SNIPPETS } from './snippets.ts';

function Deletion({ project }: { readonly project: Project }) {
  const remove = useDeleteProject(project.slug);
  const go = useGo();
  const [isAsking, setAsking] = useState(false);
  return (
    <Section
      title="Delete the project"
      lead="Takes its issues, events, releases, monitors and rules with it."
      action={<Button onClick={() => setAsking(true)}>Delete…</Button>}
    >
      {isAsking && (
        <ConfirmByName
          title={`Delete ${project.name}`}
          name={project.name}
          verb="Delete the project"
          busy={remove.isPending}
          error={remove.error}
          onCancel={() => setAsking(false)}
          onConfirm={() => remove.mutate(project.name, { onSuccess: () => go('/projects') })}
        >
          <Notice tone="broken" title="Its issues and events are gone for good, and there is no undo.">
            What applications send to its DSN is refused from now on. To keep what is here and take nothing new,
            deactivate its keys instead.
          </Notice>
        </ConfirmByName>
      )}
    </Section>
  );
}

/** What is it called? */
export function General({ project }: { readonly project: Project }) {
  const change = useChangeProject(project.slug);
  const mayManage = useMay('manageIssues');
  const go = useGo();
  const [name, setName] = useState(project.name);
  const [slug, setSlug] = useState(project.slug);
  const [platform, setPlatform] = useState(project.platform);
  const isSame = name === project.name && slug === project.slug && platform === project.platform;
  const platforms = [...new Set([project.platform, ...SDK_SNIPPETS.map((one) => one.platform)])];
  return (
    <>
      <Section title="Name">
        <form
          className="max-w-[480px]"
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate(
              { name: name.trim(), slug: slug.trim(), platform },
              {
                onSuccess: (changed) =>
                  changed.slug !== project.slug && go(`/projects/${changed.slug}`, { tab: 'general' }),
              },
            );
          }}
        >
          <TextField
            label="Name"
            required
            disabled={!mayManage}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Slug"
            hint="In addresses and for sentry-cli. DSNs have the number and do not change."
            mono
            required
            pattern="[a-z0-9\-]+"
            disabled={!mayManage}
            value={slug}
            onChange={(event) => setSlug(event.target.value)}
          />
          <Field label="Platform" hint="Which lines to copy come first.">
            {({ id }) => (
              <select
                id={id}
                className="control w-full"
                disabled={!mayManage}
                value={platform}
                onChange={(event) => setPlatform(event.target.value)}
              >
                {platforms.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
          {change.isError && <FailureNotice error={change.error} />}
          {mayManage && (
            <Button tone="accent" type="submit" disabled={isSame || change.isPending}>
              Save
            </Button>
          )}
        </form>
      </Section>
      {mayManage && !project.isInternal && <Deletion project={project} />}
    </>
  );
}
