import { useEffect, useState, useSyncExternalStore } from 'react';

// One clock for every relative time on the page, so that they change together and cost one timer.
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();
const TICK_MS = 5000;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** The time, refreshed every few seconds; for `3 min ago`. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** True once `busy` has lasted for 300 ms: shorter waits show nothing at all. */
export function useLate(busy: boolean, delayMs = 300): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!busy) {
      setLate(false);
      return;
    }
    const handle = setTimeout(() => setLate(true), delayMs);
    return () => clearTimeout(handle);
  }, [busy, delayMs]);
  return busy && late;
}
