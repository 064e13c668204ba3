import { setPreferences, usePreferences } from '../base/preferences.ts';
import { Dialog } from '../parts/dialog.tsx';
import { SHORTCUTS } from './shortcuts.ts';

function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="flex gap-1">
      {keys.split(' ').map((key) => (
        <kbd key={key} className="min-w-6 border border-b-2 border-line-2 bg-paper px-1.5 py-px text-center text-xs">
          {key}
        </kbd>
      ))}
    </span>
  );
}

export function Help({
  open,
  onOpenChange,
}: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}) {
  const { singleKeys } = usePreferences();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard" wide>
      <div className="grid gap-6 sm:grid-cols-3">
        {SHORTCUTS.map((part) => (
          <section key={part.title}>
            <h3 className="mb-2 text-xs text-ink-3">{part.title}</h3>
            <dl className="space-y-2 text-sm">
              {part.keys.map((shortcut) => (
                <div key={shortcut.keys} className="grid grid-cols-[84px_1fr] gap-3">
                  <dt>
                    <Keys keys={shortcut.keys} />
                  </dt>
                  <dd className="text-ink-2">{shortcut.does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="mt-6 flex items-center gap-2 border-t border-line pt-4 text-sm">
        <input
          type="checkbox"
          className="accent-[var(--accent)]"
          checked={singleKeys}
          onChange={(event) => setPreferences({ singleKeys: event.target.checked })}
        />
        Single-letter keys on. Turn them off if speech input or another tool presses them by mistake.
      </label>
    </Dialog>
  );
}
