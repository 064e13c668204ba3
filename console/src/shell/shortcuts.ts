import { useEffect, useRef } from 'react';
import { readPreferences, setPreferences } from '../base/preferences.ts';
import { useGo } from './go.ts';

export interface Shortcut {
  readonly keys: string;
  readonly does: string;
}

/** What the help dialog lists; the handlers below and in the pages follow it. */
export const SHORTCUTS: readonly { readonly title: string; readonly keys: readonly Shortcut[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      { keys: 'Ctrl K', does: 'open the command palette (⌘ K on a Mac)' },
      { keys: '/', does: 'go to the search of this page' },
      { keys: 'u', does: 'switch between local time and UTC' },
      { keys: 'r', does: 'read everything again' },
      { keys: '?', does: 'show this help' },
      { keys: 'Esc', does: 'close, go back' },
    ],
  },
  {
    title: 'Go to',
    keys: [
      { keys: 'g t', does: 'trust' },
      { keys: 'g l', does: 'logs' },
      { keys: 'g i', does: 'issues' },
      { keys: 'g m', does: 'metrics' },
      { keys: 'g a', does: 'alarms' },
      { keys: 'g n', does: 'alerts and notifications' },
      { keys: 'g d', does: 'databases' },
      { keys: 'g w', does: 'workbooks' },
      { keys: 'g v', does: 'vault' },
      { keys: 'g s', does: 'settings' },
      { keys: 'g u', does: 'audit' },
    ],
  },
  {
    title: 'Logs',
    keys: [
      { keys: 'Ctrl Enter', does: 'run the query' },
      { keys: 'Ctrl Space', does: 'complete the word' },
      { keys: '↑ ↓', does: 'move through the records' },
      { keys: 'Enter', does: 'open or close the record' },
    ],
  },
  {
    title: 'Issues',
    keys: [
      { keys: 'j k', does: 'to the next or the one before' },
      { keys: 'x', does: 'select or let go' },
      { keys: 'Enter', does: 'open the issue' },
      { keys: '← →', does: 'on an issue: the event before or after' },
    ],
  },
  {
    title: 'Metrics',
    keys: [
      { keys: '↑ ↓', does: 'move through the metrics to choose from' },
      { keys: 'Enter', does: 'go into a namespace, or take the metric' },
      { keys: 'Backspace', does: 'one step up' },
    ],
  },
  {
    title: 'Databases',
    keys: [
      { keys: '← →', does: 'on a time line: a second earlier or later; with Shift a minute' },
      { keys: '+ −', does: 'on a time line: nearer or wider; 0 shows all of it' },
    ],
  },
  {
    title: 'Workbooks',
    keys: [
      { keys: '↑ ↓', does: 'move through the changed cells' },
      { keys: 'Enter', does: 'show the whole of a cell' },
      { keys: 'Esc', does: 'from the comparison back to the versions' },
    ],
  },
];

const GO: Readonly<Record<string, string>> = {
  t: '/trust',
  l: '/logs',
  i: '/issues',
  m: '/explorer',
  a: '/alarms',
  n: '/alerts',
  d: '/databases',
  w: '/workbooks',
  v: '/vault',
  s: '/settings',
  u: '/settings/audit',
};
const CHORD_MS = 1200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.closest('input, textarea, select, [contenteditable="true"], [role="menu"]') !== null);

/** Puts the cursor into the page's own search; false when it has none. */
function focusSearch(): boolean {
  const place = document.querySelector<HTMLElement>('[data-search] .cm-content, input[data-search]');
  place?.focus();
  return place !== null;
}

export interface ShortcutHandlers {
  readonly openPalette: () => void;
  readonly openHelp: () => void;
  readonly refresh: () => void;
}

/** Listens for the console's keys. Single letters do nothing while somebody types or when turned off in the help. */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const goTo = useGo();
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    let goSince = 0;
    const singles: Readonly<Record<string, () => void>> = {
      '/': () => void (focusSearch() || latest.current.openPalette()),
      '?': () => latest.current.openHelp(),
      u: () => setPreferences({ zone: readPreferences().zone === 'utc' ? 'local' : 'utc' }),
      r: () => latest.current.refresh(),
      g: () => {
        goSince = Date.now();
      },
    };
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!readPreferences().singleKeys || isTyping(event.target) || document.querySelector('[role="dialog"]')) return;
      const go = Date.now() - goSince < CHORD_MS ? GO[event.key] : undefined;
      goSince = 0;
      const act = go === undefined ? singles[event.key] : () => goTo(go);
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [goTo]);
}
