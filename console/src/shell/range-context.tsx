import { useQueryClient } from '@tanstack/react-query';
import { useMatches, useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { usePreferences } from '../base/preferences.ts';
import { isRelative, type RangeText, resolveRange, type Span } from '../base/time-range.ts';

export interface ActiveRange extends Span {
  readonly text: RangeText;
  readonly setRange: (range: RangeText) => void;
  /** Moves a relative range to now and reads everything again. */
  readonly refresh: () => void;
  /** Grows with each refresh: part of the key of whatever must be read again. */
  readonly generation: number;
}

const RangeContext = createContext<ActiveRange | undefined>(undefined);

/** Gives every page the one time range: kept in the address, anchored to the last refresh. */
export function RangeProvider({ children }: { readonly children: ReactNode }) {
  const search = useSearch({ strict: false }) as RangeText;
  const navigate = useNavigate();
  const client = useQueryClient();
  const { refreshSeconds } = usePreferences();
  const [anchor, setAnchor] = useState(() => ({ nowMs: Date.now(), generation: 0 }));
  const matches = useMatches();
  const { from = matches.at(-1)?.staticData.defaultFrom, to } = search;

  const refresh = useCallback(() => {
    setAnchor((last) => ({ nowMs: Date.now(), generation: last.generation + 1 }));
    // Queries of a span carry the generation in their key and start anew by themselves.
    void client.invalidateQueries({ predicate: (query) => query.meta?.ofSpan !== true });
  }, [client]);
  const setRange = useCallback(
    (range: RangeText) => {
      refresh();
      void navigate({ to: '.', search: (old: object) => ({ ...old, from: range.from, to: range.to }) } as never);
    },
    [navigate, refresh],
  );

  useEffect(() => {
    if (refreshSeconds === 0 || !isRelative({ from, to })) return;
    const handle = setInterval(() => {
      if (document.visibilityState === 'visible') refresh();
    }, refreshSeconds * 1000);
    return () => clearInterval(handle);
  }, [refreshSeconds, refresh, from, to]);

  const value = useMemo(() => {
    const text: RangeText = { from, to };
    return { ...resolveRange(text, anchor.nowMs), text, setRange, refresh, generation: anchor.generation };
  }, [from, to, anchor, setRange, refresh]);
  return <RangeContext value={value}>{children}</RangeContext>;
}

export function useRange(): ActiveRange {
  const range = useContext(RangeContext);
  if (range === undefined) throw new Error('invariant broken: useRange outside RangeProvider');
  return range;
}
