import { useState } from 'react';
import type { AlertDryRun, AlertRule, EventLevel } from '../api/issue-types.ts';
import { useDryRunAlertRule, usePutAlertRule } from '../api/projects.ts';
import { formatPlural } from '../base/format.ts';
import { PRIORITIES } from '../issues/issue-state.tsx';
import { Masked } from '../issues/masked.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { CheckList, Field, TextField } from '../parts/field.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { type AlertDraft, draftOf, EMPTY_DRAFT, LEVELS, readDraft } from './alert-draft.ts';
import { TRIGGER_LABELS, TRIGGER_TYPES } from './alert-words.ts';

const SHOWN_MAX = 8;

/** What the rule would have said of the last day. */
function DryRun({ answer }: { readonly answer: AlertDryRun }) {
  const title =
    answer.total === 0
      ? 'It would have said nothing in the last day.'
      : `It would have fired ${formatPlural(answer.total, 'time')} in the last day, of ${formatPlural(answer.issues, 'issue')}.`;
  return (
    <Notice tone={answer.total > SHOWN_MAX ? 'warn' : 'plain'} title={title} role="status">
      <ul>
        {answer.firings.slice(0, SHOWN_MAX).map((firing) => (
          <li key={`${firing.issueId} ${firing.trigger} ${firing.atMs}`} className="flex gap-2 py-0.5">
            <span className="font-mono text-xs whitespace-nowrap">{firing.shortId}</span>
            <span className="min-w-0 flex-1 truncate">
              <Masked text={firing.title} />
            </span>
            <span className="text-xs whitespace-nowrap text-ink-3">
              {firing.trigger}, {firing.severity}, <Ago at={firing.atMs} />
            </span>
          </li>
        ))}
      </ul>
      {answer.total > SHOWN_MAX && (
        <p>and {answer.total - SHOWN_MAX} more. In a storm digests and caps hold most of them back.</p>
      )}
      {answer.isPartial && <p>There was more than one dry run looks at.</p>}
      {answer.remarks.map((remark) => (
        <p key={remark} className="text-xs">
          {remark}
        </p>
      ))}
    </Notice>
  );
}

interface PartProps {
  readonly draft: AlertDraft;
  readonly set: (part: Partial<AlertDraft>) => void;
}

function Triggers({ draft, set }: PartProps) {
  return (
    <>
      <CheckList
        legend="Set off by any of"
        choices={TRIGGER_TYPES.map((value) => ({ value, label: TRIGGER_LABELS[value] }))}
        chosen={draft.triggers}
        onChange={(triggers) => set({ triggers })}
      />
      <div className="grid grid-cols-2 gap-x-4">
        {draft.triggers.includes('frequency') && (
          <>
            <TextField
              label="Events at least"
              inputMode="numeric"
              value={draft.events}
              onChange={(event) => set({ events: event.target.value })}
            />
            <TextField
              label="within"
              value={draft.eventsWindow}
              onChange={(event) => set({ eventsWindow: event.target.value })}
            />
          </>
        )}
        {draft.triggers.includes('users') && (
          <>
            <TextField
              label="Users at least"
              inputMode="numeric"
              value={draft.users}
              onChange={(event) => set({ users: event.target.value })}
            />
            <TextField
              label="within"
              value={draft.usersWindow}
              onChange={(event) => set({ usersWindow: event.target.value })}
            />
          </>
        )}
      </div>
    </>
  );
}

function Filters({ draft, set }: PartProps) {
  return (
    <>
      <div className="grid grid-cols-2 gap-x-4">
        <CheckList
          legend="Only of level"
          hint="None: all."
          choices={LEVELS.map((value) => ({ value, label: value }))}
          chosen={draft.levels}
          onChange={(levels) => set({ levels: levels as readonly EventLevel[] })}
        />
        <CheckList
          legend="Only of priority"
          hint="None: all."
          choices={PRIORITIES.map((value) => ({ value, label: value }))}
          chosen={draft.priorities}
          onChange={(priorities) => set({ priorities })}
        />
      </div>
      <TextField
        label="Only in the environments"
        hint="Empty: all."
        value={draft.environments}
        autoComplete="off"
        placeholder="production"
        onChange={(event) => set({ environments: event.target.value })}
      />
      <Field
        label="Only with the tags"
        hint="One a line, all must hold: browser.name=Safari*, tier!=free, vip (is there), !bot (is not)."
      >
        {({ id, describedBy }) => (
          <textarea
            id={id}
            aria-describedby={describedBy}
            rows={2}
            spellCheck={false}
            className="control w-full font-mono"
            value={draft.tags}
            onChange={(event) => set({ tags: event.target.value })}
          />
        )}
      </Field>
      <Field label="Severity" hint="Where alerts go is decided by the routes under Alerts.">
        {({ id }) => (
          <select
            id={id}
            className="control"
            value={draft.severity}
            onChange={(event) => set({ severity: event.target.value })}
          >
            <option value="">by the level and priority of the issue</option>
            {['critical', 'high', 'medium', 'low', 'info'].map((severity) => (
              <option key={severity}>{severity}</option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

/** When people are told, tried on the last day before it is saved. */
export function AlertRuleDialog({
  project,
  rule,
  onClose,
}: {
  readonly project: string;
  readonly rule: AlertRule | undefined;
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState<AlertDraft>(() => (rule === undefined ? EMPTY_DRAFT : draftOf(rule)));
  const put = usePutAlertRule(project);
  const dryRun = useDryRunAlertRule(project);
  const read = readDraft(draft);
  const set = (part: Partial<AlertDraft>): void => {
    dryRun.reset();
    setDraft({ ...draft, ...part });
  };
  return (
    <Dialog open wide onOpenChange={onClose} title={rule === undefined ? 'New alert rule' : `Change ${rule.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typeof read !== 'string') put.mutate({ id: rule?.id, rule: read }, { onSuccess: onClose });
        }}
      >
        <TextField
          label="Name"
          required
          maxLength={200}
          autoComplete="off"
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <Triggers draft={draft} set={set} />
        <Filters draft={draft} set={set} />
        <CheckList
          legend="State"
          choices={[{ value: 'on', label: 'The rule is on' }]}
          chosen={draft.isEnabled ? ['on'] : []}
          onChange={(chosen) => set({ isEnabled: chosen.length > 0 })}
        />
        {typeof read === 'string' && draft.name !== '' && (
          <p className="mb-2 text-sm font-medium text-broken">{read}</p>
        )}
        {dryRun.data !== undefined && <DryRun answer={dryRun.data} />}
        {(put.isError || dryRun.isError) && <FailureNotice error={put.error ?? dryRun.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            disabled={typeof read === 'string' || dryRun.isPending}
            onClick={() => typeof read !== 'string' && dryRun.mutate(read)}
          >
            {dryRun.isPending ? 'Trying…' : 'Try on the last day'}
          </Button>
          <Button tone="accent" type="submit" disabled={typeof read === 'string' || put.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
