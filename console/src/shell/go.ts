import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { isVersionRef } from '../base/version-ref.ts';

let rangeLeft: Record<string, unknown> = {};

/**
 * The part of an address that goes along from page to page. A comparison of two workbook versions uses the same two
 * words for what it compares; leaving it brings back the range that was there before.
 */
export const keepRange = (old: Record<string, unknown>): Record<string, unknown> => {
  if (isVersionRef(old.from) || isVersionRef(old.to)) return rangeLeft;
  rangeLeft = { from: old.from, to: old.to };
  return rangeLeft;
};

/** Goes to a page with the time range kept and other parameters given. */
export function useGo(): (to: string, search?: Record<string, unknown>) => void {
  const navigate = useNavigate();
  return useCallback(
    (to, search) => {
      void navigate({ to, search: (old: Record<string, unknown>) => ({ ...keepRange(old), ...search }) } as never);
    },
    [navigate],
  );
}

/** Changes parameters of the present address; undefined removes one. */
export function useChangeSearch(): (change: Record<string, unknown>, replace?: boolean) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, replace = false) => {
      void navigate({ to: '.', replace, search: (old: Record<string, unknown>) => ({ ...old, ...change }) } as never);
    },
    [navigate],
  );
}
