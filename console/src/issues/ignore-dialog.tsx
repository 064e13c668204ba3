import { useState } from 'react';
import type { IgnoreCondition } from '../api/issue-types.ts';
import { formatTime, parseTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { ignoreInWords } from './ignore-choices.ts';
import { EMPTY_IGNORE, type IgnoreDraft, readCondition } from './ignore-draft.ts';

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
  const [draft, setDraft] = useState(EMPTY_IGNORE);
  const set = (field: keyof IgnoreDraft) => (event: React.ChangeEvent<HTMLInputElement>) =>
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
