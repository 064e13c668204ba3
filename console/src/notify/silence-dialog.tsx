import { useDeferredValue, useState } from 'react';
import { useCreateSilence, useSilencePreview } from '../api/notify.ts';
import type { Matcher } from '../api/types.ts';
import { formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { readMatchers } from './read-matchers.ts';

const HOUR_MS = 3_600_000;
const LENGTHS = [
  { hours: 0.5, label: '30 minutes' },
  { hours: 1, label: '1 hour' },
  { hours: 4, label: '4 hours' },
  { hours: 24, label: '1 day' },
  { hours: 168, label: '1 week' },
];

const SHOWN_MAX = 5;

/** What it would hold back now, before it does. */
function Preview({ matchers }: { readonly matchers: readonly Matcher[] }) {
  const preview = useSilencePreview(matchers);
  if (matchers.length === 0) return null;
  if (preview.isError) return <FailureNotice error={preview.error} />;
  const alerts = preview.data?.alerts;
  if (alerts === undefined) return <p className="text-sm text-ink-3">Looking…</p>;
  const title =
    alerts.length === 0
      ? 'Nothing that fires now matches; what comes later may.'
      : `${formatPlural(alerts.length, 'firing alert')} would be held back.`;
  return (
    <Notice tone={alerts.length > 0 ? 'warn' : 'plain'} title={title}>
      {alerts.length > 0 && (
        <ul className="list-disc pl-4">
          {alerts.slice(0, SHOWN_MAX).map((alert) => (
            <li key={alert.key}>{alert.title}</li>
          ))}
          {alerts.length > SHOWN_MAX && <li>and {alerts.length - SHOWN_MAX} more</li>}
        </ul>
      )}
    </Notice>
  );
}

/** Holds alerts back for a while: which ones, how long, and why. */
export function SilenceDialog({ matchers, onClose }: { readonly matchers?: string; readonly onClose: () => void }) {
  const create = useCreateSilence();
  const [text, setText] = useState(matchers ?? '');
  const [hours, setHours] = useState('1');
  const [comment, setComment] = useState('');
  const read = readMatchers(useDeferredValue(text));
  const wanted = read.type === 'read' ? read.matchers : [];
  const submit = (): void =>
    create.mutate(
      { matchers: [...wanted], untilMs: Date.now() + Number(hours) * HOUR_MS, comment: comment.trim() },
      { onSuccess: onClose },
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title="Silence alerts"
      description="They are still stored and shown, and nobody is told of them until the silence ends."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field
          label="Which"
          hint="One condition a line, and all must hold: service=api, host=~web-.*, severity!=critical."
          error={read.type === 'wrong' ? `“${read.line}” is no condition of the form label=value` : undefined}
        >
          {({ id, describedBy }) => (
            <textarea
              id={id}
              aria-describedby={describedBy}
              className="control w-full font-mono"
              rows={3}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <div className="mb-3.5">
          <Preview matchers={wanted} />
        </div>
        <Field label="For">
          {({ id }) => (
            <select id={id} className="control" value={hours} onChange={(event) => setHours(event.target.value)}>
              {LENGTHS.map((one) => (
                <option key={one.hours} value={one.hours}>
                  {one.label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label="Why"
          hint="Whoever wonders at night reads this."
          required
          maxLength={1000}
          autoComplete="off"
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
        {create.isError && <FailureNotice error={create.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={wanted.length === 0 || create.isPending}>
            Silence them
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
