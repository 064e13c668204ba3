import { useSyncExternalStore } from 'react';

/** What belongs to the person and the browser, not to a page's address. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly zone: 'local' | 'utc';
  /** Single-letter keys can get in the way of speech input (WCAG 2.1.4), so they can be turned off. */
  readonly singleKeys: boolean;
  /** Seconds between refreshes; 0 is off. */
  readonly refreshSeconds: number;
  readonly facetsOpen: boolean;
}

const KEY = 'holdfast.preferences';
const DEFAULTS: Preferences = {
  theme: 'system',
  zone: 'local',
  singleKeys: true,
  refreshSeconds: 0,
  facetsOpen: matchMedia('(min-width: 1024px)').matches,
};

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

let current = read();
const listeners = new Set<() => void>();
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

export const isDark = (): boolean => current.theme === 'dark' || (current.theme === 'system' && darkSystem.matches);

function announce(): void {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

darkSystem.addEventListener('change', announce);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  announce();
}

export const readPreferences = (): Preferences => current;
export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, readPreferences);
/** For what draws with colours read from the style sheet and must draw again. */
export const useDark = (): boolean => useSyncExternalStore(subscribe, isDark);
