import { useState } from 'react';
import { type Removal, useApplyRemoval, useRemovalPlan } from '../api/system.ts';
import type { LogGroup, RemovalPlan } from '../api/types.ts';
import { formatCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Bone } from '../parts/skeleton.tsx';
import { ConfirmByName } from './confirm-by-name.tsx';

export const retentionWords = (days: number): string =>
  days === 0 ? 'for ever' : days === 1 ? '1 day' : `${days} days`;

/** What would be removed: the number first, then from when to when. */
function Plan({ plan }: { readonly plan: RemovalPlan }) {
  if (plan.rows === 0)
    return (
      <Notice tone="plain" title="No stored record is removed.">
        {plan.explanation}
      </Notice>
    );
  return (
    <Notice tone="broken" title={`${formatCount(plan.rows)} records are removed for good.`}>
      {plan.oldestMs !== undefined && plan.newestMs !== undefined && (
        <p>
          From <Moment at={plan.oldestMs} precision="minute" /> to <Moment at={plan.newestMs} precision="minute" />.
        </p>
      )}
      <p>{plan.explanation} There is no undo.</p>
    </Notice>
  );
}

function PlanOf({ removal }: { readonly removal: Removal }) {
  const plan = useRemovalPlan(removal);
  if (plan.isError) return <FailureNotice error={plan.error} />;
  return plan.data === undefined ? <Bone className="h-14" /> : <Plan plan={plan.data} />;
}

function ConfirmRemoval({
  removal,
  title,
  verb,
  onClose,
}: {
  readonly removal: Removal;
  readonly title: string;
  readonly verb: string;
  readonly onClose: () => void;
}) {
  const plan = useRemovalPlan(removal);
  const apply = useApplyRemoval();
  return (
    <ConfirmByName
      title={title}
      name={removal.name}
      verb={verb}
      busy={apply.isPending}
      ready={plan.isSuccess}
      error={apply.error}
      onCancel={onClose}
      onConfirm={() => apply.mutate(removal, { onSuccess: onClose })}
    >
      <PlanOf removal={removal} />
    </ConfirmByName>
  );
}

/** First the new time and its plan, then the name. */
export function RetentionDialog({
  group,
  choices,
  onClose,
}: {
  readonly group: LogGroup;
  readonly choices: readonly number[];
  readonly onClose: () => void;
}) {
  const [days, setDays] = useState(group.retentionDays);
  const [planned, setPlanned] = useState(false);
  const removal = { name: group.name, retentionDays: days };
  if (planned)
    return (
      <ConfirmRemoval
        removal={removal}
        title={`Keep ${group.name} ${days === 0 ? 'for ever' : `for ${retentionWords(days)}`}`}
        verb="Change the retention"
        onClose={onClose}
      />
    );
  return (
    <Dialog open onOpenChange={onClose} title="Change the retention" description={group.name}>
      <Field label="Keep records" hint={`Now: ${retentionWords(group.retentionDays)}.`}>
        {({ id, describedBy }) => (
          <select
            id={id}
            aria-describedby={describedBy}
            className="control w-full"
            value={days}
            onChange={(event) => setDays(Number(event.target.value))}
          >
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {retentionWords(choice)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="accent" disabled={days === group.retentionDays} onClick={() => setPlanned(true)}>
          Show what this removes
        </Button>
      </DialogActions>
    </Dialog>
  );
}

export function DeleteGroup({ group, onClose }: { readonly group: LogGroup; readonly onClose: () => void }) {
  return (
    <ConfirmRemoval
      removal={{ name: group.name, retentionDays: undefined }}
      title={`Delete ${group.name}`}
      verb="Delete the log group"
      onClose={onClose}
    />
  );
}
