import { useState } from 'react';
import type { IgnoreCondition } from '../api/issue-types.ts';
import { formatTime, parseTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { parseLength } from '../base/time-range.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { ignoreInWords } from './ignore-choices.ts';

interface Draft {
  readonly until: string;
  readonly count: string;
  readonly countWindow: string;
  readonly users: string;
  readonly usersWindow: string;
}
const EMPTY: Draft = { until: '', count: '', countWindow: '', users: '', usersWindow: '' };

const wholeNumber = (text: string): number | undefined =>
  /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : undefined;

/** The condition that was typed, and what of it cannot be read. */
export function readCondition(
  draft: Draft,
  readTime: (text: string) => number | undefined,
  nowMs: number,
): { readonly condition: IgnoreCondition; readonly wrong: Partial<Record<keyof Draft, string>> } {
  const wrong: Partial<Record<keyof Draft, string>> = {};
  const condition: { -readonly [K in keyof IgnoreCondition]: IgnoreCondition[K] } = {};
  const take = (field: keyof Draft, put: (text: string) => boolean, problem: string): void => {
    const text = draft[field].trim();
    if (text !== '' && !put(text)) wrong[field] = problem;
  };
  take(
    'until',
    (text) => {
      const length = parseLength(text);
      const untilMs = length === undefined ? readTime(text) : nowMs + length;
      if (untilMs === undefined || untilMs <= nowMs) return false;
      condition.untilMs = untilMs;
      return true;
    },
    'Write a time to come such as 2026-11-30 09:00, or a length such as 3d.',
  );
  for (const [field, windowField, windowKey] of [
    ['count', 'countWindow', 'countWindowMs'],
    ['users', 'usersWindow', 'usersWindowMs'],
  ] as const) {
    take(
      field,
      (text) => {
        const number = wholeNumber(text);
        if (number !== undefined) condition[field] = number;
        return number !== undefined;
      },
      'Write a whole number above zero.',
    );
    take(
      windowField,
      (text) => {
        const length = parseLength(text);
        if (length !== undefined) condition[windowKey] = length;
        return length !== undefined;
      },
      'Write a length such as 1h or 7d.',
    );
  }
  return { condition, wrong };
}

/** Ignores until something of one's own choice; the first that comes true ends it. */
export function IgnoreDialog({
  what,
  onIgnore,
  onClose,
}: {
  readonly what: string;
  readonly onIgnore: (condition: IgnoreCondition) => void;
  readonly onClose: () => void;
}) {
  const { zone } = usePreferences();
  const [draft, setDraft] = useState(EMPTY);
  const set = (field: keyof Draft) => (event: React.ChangeEvent<HTMLInputElement>) =>
    setDraft({ ...draft, [field]: event.target.value });
  const { condition, wrong } = readCondition(draft, (text) => parseTime(text, zone), Date.now());
  const isWrong = Object.keys(wrong).length > 0;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Ignore ${what}`}
      description="Ignored issues are still counted and nobody is told of them. The first of these that comes true brings it back to the unresolved ones."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWrong) onIgnore(condition);
        }}
      >
        <TextField
          label="Until"
          hint="A time, or a length from now: 12h, 3d."
          value={draft.until}
          error={wrong.until}
          autoComplete="off"
          onChange={set('until')}
        />
        <div className="grid grid-cols-2 gap-x-4">
          <TextField
            label="Or so many more events"
            inputMode="numeric"
            value={draft.count}
            error={wrong.count}
            autoComplete="off"
            onChange={set('count')}
          />
          <TextField
            label="within"
            placeholder="any time"
            value={draft.countWindow}
            error={wrong.countWindow}
            autoComplete="off"
            onChange={set('countWindow')}
          />
          <TextField
            label="Or so many more users"
            inputMode="numeric"
            value={draft.users}
            error={wrong.users}
            autoComplete="off"
            onChange={set('users')}
          />
          <TextField
            label="within"
            placeholder="any time"
            value={draft.usersWindow}
            error={wrong.usersWindow}
            autoComplete="off"
            onChange={set('usersWindow')}
          />
        </div>
        {!isWrong && (
          <p className="text-sm text-ink-2" aria-live="polite">
            Ignored {ignoreInWords(condition, (ms) => formatTime(ms, zone, 'minute'))}.
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={isWrong}>
            Ignore
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
