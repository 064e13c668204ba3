import { useState } from 'react';
import type { DataCategory, Project, ProjectSettings } from '../api/issue-types.ts';
import { useChangeProject, useProjects } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { CheckList, Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { CATEGORY_LABELS, LIMITED_CATEGORIES } from './category-words.ts';

const KEEPS = [
  { value: 'attachments', label: 'Attachments', help: 'text is searched for secrets, binary files cannot be' },
  { value: 'replays', label: 'Session replays', help: 'kept, with no viewer yet' },
  { value: 'profiles', label: 'Profiles', help: 'kept, with no viewer yet' },
  { value: 'minidumps', label: 'Minidumps', help: 'memory of a process: secrets in it cannot be masked' },
] as const;
type Kept = (typeof KEEPS)[number]['value'];

interface Draft {
  readonly retentionDays: string;
  readonly resolveAfterDays: string;
  readonly origins: string;
  readonly keeps: readonly Kept[];
  readonly limits: Readonly<Partial<Record<DataCategory, string>>>;
}

const draftOf = (settings: ProjectSettings): Draft => ({
  retentionDays: String(settings.retentionDays),
  resolveAfterDays: String(settings.resolveAfterDays),
  origins: settings.allowedOrigins.join('\n'),
  keeps: KEEPS.map(({ value }) => value).filter((value) => settings.keeps[value]),
  limits: Object.fromEntries(Object.entries(settings.limitsPerMinute).map(([name, value]) => [name, String(value)])),
});

const isWhole = (text: string): boolean => /^\d{1,9}$/.test(text.trim());

/** The settings that a draft means. */
export function settingsOf(
  draft: Draft,
): Pick<ProjectSettings, 'retentionDays' | 'resolveAfterDays' | 'allowedOrigins' | 'keeps' | 'limitsPerMinute'> {
  return {
    retentionDays: Number(draft.retentionDays),
    resolveAfterDays: Number(draft.resolveAfterDays),
    allowedOrigins: draft.origins.split(/[\s,]+/).filter(Boolean),
    keeps: {
      attachments: draft.keeps.includes('attachments'),
      replays: draft.keeps.includes('replays'),
      profiles: draft.keeps.includes('profiles'),
      minidumps: draft.keeps.includes('minidumps'),
    },
    limitsPerMinute: Object.fromEntries(
      Object.entries(draft.limits)
        .filter(([, value]) => value !== undefined && value.trim() !== '')
        .map(([name, value]) => [name, Number(value)]),
    ),
  };
}

function LimitFields({
  draft,
  defaults,
  isFixed,
  onChange,
}: {
  readonly draft: Draft;
  readonly defaults: Readonly<Partial<Record<DataCategory, number>>>;
  readonly isFixed: boolean;
  readonly onChange: (limits: Draft['limits']) => void;
}) {
  return (
    <div className="grid gap-x-4 sm:grid-cols-3">
      {LIMITED_CATEGORIES.map((category) => {
        const value = draft.limits[category] ?? '';
        const fallback = defaults[category];
        return (
          <TextField
            key={category}
            label={`${CATEGORY_LABELS[category]} per minute`}
            inputMode="numeric"
            placeholder={fallback === undefined ? 'no limit' : `${formatCount(fallback)} by default`}
            disabled={isFixed}
            value={value}
            error={value === '' || isWhole(value) ? undefined : 'Write a whole number.'}
            onChange={(event) => onChange({ ...draft.limits, [category]: event.target.value })}
          />
        );
      })}
    </div>
  );
}

/** What is kept, for how long, how much of it, and from where? */
export function Limits({ project }: { readonly project: Project }) {
  const change = useChangeProject(project.slug);
  const mayManage = useMay('manageIssues');
  const { data } = useProjects();
  const saved = draftOf(project.settings);
  const [draft, setDraft] = useState(saved);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  const limitsAreWhole = Object.values(draft.limits).every(
    (value) => value === undefined || value === '' || isWhole(value),
  );
  const isRight =
    isWhole(draft.retentionDays) &&
    Number(draft.retentionDays) > 0 &&
    isWhole(draft.resolveAfterDays) &&
    limitsAreWhole;
  const isShorter = isWhole(draft.retentionDays) && Number(draft.retentionDays) < project.settings.retentionDays;
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isRight)
          change.mutate({ settings: settingsOf(draft) }, { onSuccess: (after) => setDraft(draftOf(after.settings)) });
      }}
    >
      <Section
        title="What is kept"
        lead="What is not kept is counted by name under “What arrived”; nothing is dropped in silence."
      >
        <div className="grid max-w-[760px] gap-x-8 sm:grid-cols-2">
          <div>
            <TextField
              label="Days that events are kept"
              hint={
                isShorter ? 'New events only: what is stored keeps the end that it was stored with.' : 'For new events.'
              }
              inputMode="numeric"
              disabled={!mayManage}
              value={draft.retentionDays}
              error={
                isWhole(draft.retentionDays) && Number(draft.retentionDays) > 0
                  ? undefined
                  : 'Write a whole number above zero.'
              }
              onChange={(event) => set({ retentionDays: event.target.value })}
            />
            <TextField
              label="Days after which silent issues resolve"
              hint={
                draft.resolveAfterDays === '0'
                  ? '0: never.'
                  : `Not seen for ${formatPlural(Number(draft.resolveAfterDays) || 0, 'day')}: resolved by itself.`
              }
              inputMode="numeric"
              disabled={!mayManage}
              value={draft.resolveAfterDays}
              error={isWhole(draft.resolveAfterDays) ? undefined : 'Write a whole number; 0 is never.'}
              onChange={(event) => set({ resolveAfterDays: event.target.value })}
            />
          </div>
          <fieldset disabled={!mayManage}>
            <CheckList
              legend="Besides events"
              choices={KEEPS}
              chosen={draft.keeps}
              onChange={(keeps) => set({ keeps })}
            />
          </fieldset>
        </div>
      </Section>
      <Section
        title="Limits"
        lead="Above a limit the SDK is told to wait with that kind alone; the rest goes on. An empty field has the default of this server."
      >
        <LimitFields
          draft={draft}
          defaults={data?.defaultLimitsPerMinute ?? {}}
          isFixed={!mayManage}
          onChange={(limits) => set({ limits })}
        />
      </Section>
      <Section
        title="Allowed origins"
        lead="From which pages browsers may send. One a line; * stands for any, *.example.com for all below."
      >
        <Field label="Origins">
          {({ id }) => (
            <textarea
              id={id}
              rows={3}
              spellCheck={false}
              disabled={!mayManage}
              className="control w-full max-w-[480px] font-mono"
              value={draft.origins}
              onChange={(event) => set({ origins: event.target.value })}
            />
          )}
        </Field>
      </Section>
      {change.isError && <FailureNotice error={change.error} />}
      {mayManage && (
        <Button tone="accent" type="submit" disabled={!isChanged || !isRight || change.isPending}>
          {isChanged ? 'Save' : change.isSuccess ? 'Saved' : 'Nothing changed'}
        </Button>
      )}
    </form>
  );
}
