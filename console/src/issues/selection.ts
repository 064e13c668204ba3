import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { readPreferences } from '../base/preferences.ts';
import { useGo } from '../shell/go.ts';

export interface Selection {
  readonly selected: ReadonlySet<string>;
  /** The issue that the keys are at. */
  readonly current: string | undefined;
  readonly toggle: (id: string, withRange: boolean) => void;
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

const isBusy = (target: EventTarget | null): boolean =>
  document.querySelector('[role="dialog"], [role="menu"]') !== null ||
  (target instanceof HTMLElement && target.closest('input:not([type=checkbox]), textarea, select') !== null);

/** What a key does in a list of issues; undefined for keys that are not its own. */
function actOf(
  event: KeyboardEvent,
  acts: {
    readonly move: (by: number) => void;
    readonly toggle: () => void;
    readonly open: () => void;
    readonly clear: () => void;
  },
): (() => void) | undefined {
  const isOnControl = event.target instanceof HTMLElement && event.target.closest('a, button') !== null;
  if (event.key === 'j') return () => acts.move(1);
  if (event.key === 'k') return () => acts.move(-1);
  if (event.key === 'x') return acts.toggle;
  if (event.key === 'Escape') return acts.clear;
  return event.key === 'Enter' && !isOnControl ? acts.open : undefined;
}

/** Which issues are selected, by mouse (with Shift a stretch) and by keys: j, k, x, Enter. */
export function useSelection(ids: readonly string[]): Selection {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string>();
  const go = useGo();
  const toggle = useCallback(
    (id: string, withRange: boolean) => {
      setSelected((before) => {
        const after = new Set(before);
        const from = current === undefined ? -1 : ids.indexOf(current);
        const to = ids.indexOf(id);
        const stretch = withRange && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
        for (const one of stretch) {
          if (before.has(id)) after.delete(one);
          else after.add(one);
        }
        return after;
      });
      setCurrent(id);
    },
    [ids, current],
  );
  const clear = useCallback(() => setSelected(new Set()), []);
  const latest = useRef({ ids, current, toggle, clear, go });
  latest.current = { ids, current, toggle, clear, go };
  useEffect(() => {
    const move = (by: number): void => {
      const { ids: all, current: at } = latest.current;
      const index = at === undefined ? -1 : all.indexOf(at);
      const next = all[Math.min(all.length - 1, Math.max(0, index + by))];
      setCurrent(next);
      document.querySelector(`[data-issue="${next}"]`)?.scrollIntoView({ block: 'nearest' });
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!readPreferences().singleKeys || isBusy(event.target)) return;
      const { current: at } = latest.current;
      const act = actOf(event, {
        move,
        toggle: () => at !== undefined && latest.current.toggle(at, false),
        open: () => at !== undefined && latest.current.go(`/issues/${at}`),
        clear: latest.current.clear,
      });
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  // What left the list is not acted upon.
  const shown = useMemo(() => new Set(ids.filter((id) => selected.has(id))), [ids, selected]);
  const toggleAll = useCallback(
    () => setSelected((before) => (ids.every((id) => before.has(id)) ? new Set() : new Set(ids))),
    [ids],
  );
  return { selected: shown, current, toggle, toggleAll, clear };
}
