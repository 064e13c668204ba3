import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { GroupingTried, Project } from '../api/issue-types.ts';
import { useChangeProject, useProjects, useTryGrouping } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Masked } from '../issues/masked.tsx';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Section, Tag } from '../parts/page.tsx';
import { keepRange } from '../shell/go.ts';

const EVENTS_TRIED = 200;

const FINGERPRINT_HINT =
  'error.type:ChunkLoadError -> chunk-load\nmessage:"*timeout*" level:error -> {{ transaction }} title="Timeout"';
const ENHANCEMENT_HINT = 'stack.abs_path:**/node_modules/** -app\nstack.function:handleError -group';

interface Draft {
  readonly groupingVersion: string;
  readonly fingerprintRules: string;
  readonly enhancementRules: string;
}

function IssueLink({ id, shortId }: { readonly id: string; readonly shortId: string }) {
  return (
    <Link
      to="/issues/$id"
      params={{ id }}
      search={keepRange as never}
      className="font-mono text-xs text-accent underline underline-offset-2"
    >
      {shortId}
    </Link>
  );
}

type TriedGroup = GroupingTried['splits'][number]['into'][number];

/** A group that the rules would make: an issue that is there, or a new one. */
function Target({ group }: { readonly group: TriedGroup }) {
  return (
    <>
      {group.issue === undefined ? (
        <Tag>a new issue</Tag>
      ) : (
        <IssueLink id={group.issue.id} shortId={group.issue.shortId} />
      )}{' '}
      <Masked text={group.title} /> <span className="text-ink-3">({formatPlural(group.events, 'event')})</span>
    </>
  );
}

function Splits({ tried }: { readonly tried: GroupingTried }) {
  if (tried.splits.length === 0) return null;
  return (
    <>
      <h3 className="mt-4 text-sm font-semibold">Would fall apart</h3>
      <ul className="text-sm">
        {tried.splits.map(({ issue, into }) => (
          <li key={issue.id} className="border-b border-line py-1.5">
            <IssueLink id={issue.id} shortId={issue.shortId} /> <Masked text={issue.title} />
            <ul className="mt-1 border-l border-line-2 pl-3.5">
              {into.map((group) => (
                <li key={group.hash} className="py-0.5">
                  <Target group={group} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

function Merges({ tried }: { readonly tried: GroupingTried }) {
  if (tried.merges.length === 0) return null;
  return (
    <>
      <h3 className="mt-4 text-sm font-semibold">Would come together</h3>
      <ul className="text-sm">
        {tried.merges.map(({ into, from }) => (
          <li key={into.hash} className="border-b border-line py-1.5">
            <Target group={into} />
            <ul className="mt-1 border-l border-line-2 pl-3.5">
              {from.map(({ issue, events }) => (
                <li key={issue.id} className="py-0.5">
                  from <IssueLink id={issue.id} shortId={issue.shortId} /> <Masked text={issue.title} />{' '}
                  <span className="text-ink-3">({formatPlural(events, 'event')})</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What the rules would make of stored events: which issues come together, which fall apart. */
function Tried({ tried }: { readonly tried: GroupingTried }) {
  const isSame = tried.splitting + tried.merging + tried.renewed === 0;
  const title = isSame
    ? `Nothing would change for the newest ${formatPlural(tried.events, 'event')} of ${formatPlural(tried.issues, 'issue')}.`
    : `${formatCount(tried.splitting)} of ${formatPlural(tried.issues, 'issue')} would fall apart, ${formatCount(tried.merging)} would come together, ${formatCount(tried.renewed)} would begin anew, ${formatCount(tried.staying)} would stay.`;
  return (
    <div aria-live="polite" className="mt-5">
      <Notice tone={isSame ? 'plain' : 'warn'} title={title}>
        {formatPlural(tried.events, 'stored event')} {tried.events === 1 ? 'was' : 'were'} grouped anew
        {tried.movedEvents > 0 && <>, {formatCount(tried.movedEvents)} would come to another issue</>}. Nothing was
        changed: stored events stay where they are, and new ones follow the rules once they are saved.
      </Notice>
      <Splits tried={tried} />
      <Merges tried={tried} />
    </div>
  );
}

function RulesField({
  label,
  hint,
  rules,
  text,
  placeholder,
  tried,
  isFixed,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly rules: 'fingerprint' | 'enhancement';
  readonly text: string;
  readonly placeholder: string;
  readonly tried: GroupingTried | undefined;
  readonly isFixed: boolean;
  readonly onChange: (text: string) => void;
}) {
  const mistakes = tried?.mistakes.filter((mistake) => mistake.rules === rules) ?? [];
  const [mistake] = mistakes;
  const said =
    mistake === undefined
      ? undefined
      : `Line ${mistake.line}, column ${mistake.column}: ${mistake.message}. ${mistake.hint}`;
  return (
    <Field label={label} hint={hint} error={said}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          aria-describedby={describedBy}
          aria-invalid={mistake !== undefined}
          rows={6}
          spellCheck={false}
          disabled={isFixed}
          placeholder={placeholder}
          className="control w-full font-mono text-xs!"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** By what are events put together, and what would another rule do? */
export function GroupingRules({ project }: { readonly project: Project }) {
  const { settings } = project;
  const { data } = useProjects();
  const mayManage = useMay('manageIssues');
  const change = useChangeProject(project.slug);
  const attempt = useTryGrouping(project.slug);
  const saved: Draft = {
    groupingVersion: settings.groupingVersion,
    fingerprintRules: settings.fingerprintRules,
    enhancementRules: settings.enhancementRules,
  };
  const [draft, setDraft] = useState(saved);
  const [triedDraft, setTriedDraft] = useState<string>();
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  const isTried = triedDraft === JSON.stringify(draft) && attempt.data?.mistakes.length === 0;
  const versions = [...new Set([settings.groupingVersion, ...(data?.groupingVersions ?? [])])];
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const tryOut = (): void => {
    setTriedDraft(JSON.stringify(draft));
    attempt.mutate({ ...draft, events: EVENTS_TRIED });
  };
  return (
    <Section
      title="Grouping"
      lead="Rules come before the algorithm. Try them on stored events; once tried they can be saved. “Why is this here” on each event tells which part decided."
    >
      <div className="max-w-[860px]">
        <RulesField
          label="Fingerprint rules"
          hint="One a line: conditions -> fingerprint. The first that matches decides."
          rules="fingerprint"
          text={draft.fingerprintRules}
          placeholder={FINGERPRINT_HINT}
          tried={attempt.data}
          isFixed={!mayManage}
          onChange={(fingerprintRules) => set({ fingerprintRules })}
        />
        <RulesField
          label="Stack trace rules"
          hint="One a line: conditions, then +app, -app, +group, -group with ^ or v, max-frames=."
          rules="enhancement"
          text={draft.enhancementRules}
          placeholder={ENHANCEMENT_HINT}
          tried={attempt.data}
          isFixed={!mayManage}
          onChange={(enhancementRules) => set({ enhancementRules })}
        />
        <Field
          label="Algorithm"
          hint="The one before is asked too for 30 days after a change, so that issues that exist are found."
        >
          {({ id }) => (
            <select
              id={id}
              className="control"
              disabled={!mayManage}
              value={draft.groupingVersion}
              onChange={(event) => set({ groupingVersion: event.target.value })}
            >
              {versions.map((version) => (
                <option key={version}>{version}</option>
              ))}
            </select>
          )}
        </Field>
        {settings.previousGroupingVersion !== undefined && settings.previousUntilMs !== undefined && (
          <p className="mb-3 text-sm text-ink-2">
            <code>{settings.previousGroupingVersion}</code> is asked too until{' '}
            <Moment at={settings.previousUntilMs} precision="minute" />.
          </p>
        )}
        {mayManage && (
          <div className="flex flex-wrap items-center gap-2">
            <Button disabled={attempt.isPending} onClick={tryOut}>
              {attempt.isPending ? 'Trying…' : `Try on the newest ${EVENTS_TRIED} events`}
            </Button>
            <Button
              tone="accent"
              disabled={!isChanged || !isTried || change.isPending}
              title={isChanged && !isTried ? 'Try them first' : undefined}
              onClick={() => change.mutate({ settings: draft })}
            >
              Save
            </Button>
            {change.isSuccess && !isChanged && (
              <span role="status" className="text-sm text-ink-2">
                Saved. New events follow these rules.
              </span>
            )}
          </div>
        )}
        {(attempt.isError || change.isError) && <FailureNotice error={attempt.error ?? change.error} />}
        {attempt.data !== undefined && attempt.data.mistakes.length === 0 && <Tried tried={attempt.data} />}
      </div>
    </Section>
  );
}
