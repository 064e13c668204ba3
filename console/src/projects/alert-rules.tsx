import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { AlertRule, Project } from '../api/issue-types.ts';
import { useAlertRules, useDeleteAlertRule } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, Section, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { ConfirmByName } from '../settings/confirm-by-name.tsx';
import { keepRange } from '../shell/go.ts';
import { AlertRuleDialog } from './alert-rule-dialog.tsx';
import { filtersInWords, triggerInWords } from './alert-words.ts';

function RuleItem({
  rule,
  mayManage,
  onChange,
  onDelete,
}: {
  readonly rule: AlertRule;
  readonly mayManage: boolean;
  readonly onChange: () => void;
  readonly onDelete: () => void;
}) {
  const filters = filtersInWords(rule.filters);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-b border-line py-3 text-sm">
      <div className="min-w-0 flex-[1_1_280px]">
        <h3 className="flex flex-wrap items-baseline gap-2 text-md">
          {rule.name}{' '}
          {!rule.isEnabled && (
            <span className="font-normal">
              <Tag tone="warn">off</Tag>
            </span>
          )}{' '}
          {rule.id === 'default' && (
            <span className="font-normal">
              <Tag>every project has it</Tag>
            </span>
          )}
        </h3>
        <p className="mt-1 text-ink-2">
          Tells when {rule.triggers.map(triggerInWords).join(', or ')}
          {filters === '' ? '' : `; only ${filters}`}.
        </p>
        <p className="mt-0.5 text-xs text-ink-3">
          {rule.severity === undefined ? 'Severity by level and priority' : `Severity ${rule.severity}`}
          {rule.updatedMs !== undefined && (
            <>
              , changed <Ago at={rule.updatedMs} />
              {rule.updatedBy !== undefined && ` by ${rule.updatedBy}`}
            </>
          )}
        </p>
      </div>
      {mayManage && (
        <div className="flex gap-2">
          <Button small onClick={onChange}>
            Change…
          </Button>
          <Button small onClick={onDelete}>
            Delete…
          </Button>
        </div>
      )}
    </li>
  );
}

/** Of what are people told? */
export function AlertRules({ project }: { readonly project: Project }) {
  const rules = useAlertRules(project.slug);
  const remove = useDeleteAlertRule(project.slug);
  const mayManage = useMay('manageIssues');
  const [edited, setEdited] = useState<AlertRule | 'new'>();
  const [removed, setRemoved] = useState<AlertRule>();
  return (
    <Section
      title="Alert rules"
      lead={
        <>
          Of what people are told. To whom it goes is decided by the{' '}
          <Link to="/alerts/channels" search={keepRange as never} className="text-accent underline underline-offset-2">
            channels and routes
          </Link>
          ; in a storm one digest speaks for many.
        </>
      }
      action={
        mayManage && (
          <Button onClick={() => setEdited('new')}>
            <Plus size={14} /> New rule
          </Button>
        )
      }
    >
      {rules.isPending && <BoneRows rows={3} label="the rules" />}
      {rules.isError && <FailureNotice error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.data?.length === 0 && (
        <Empty title="Nobody is told of anything.">Make a rule for new issues, so that somebody hears of them.</Empty>
      )}
      <ul className="-mt-3">
        {rules.data?.map((rule) => (
          <RuleItem
            key={rule.id}
            rule={rule}
            mayManage={mayManage}
            onChange={() => setEdited(rule)}
            onDelete={() => setRemoved(rule)}
          />
        ))}
      </ul>
      {edited !== undefined && (
        <AlertRuleDialog
          project={project.slug}
          rule={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
      {removed !== undefined && (
        <ConfirmByName
          title={`Delete ${removed.name}`}
          name={removed.name}
          verb="Delete the rule"
          busy={remove.isPending}
          error={remove.error}
          onCancel={() => setRemoved(undefined)}
          onConfirm={() => remove.mutate(removed.id, { onSuccess: () => setRemoved(undefined) })}
        >
          <Notice tone="warn" title="Nobody is told by it any more.">
            What it has told stays. Make it again to undo this.
          </Notice>
        </ConfirmByName>
      )}
    </Section>
  );
}
