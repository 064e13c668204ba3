import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** The part of an address that goes along from page to page. */
export const keepRange = (old: Record<string, unknown>): Record<string, unknown> => ({
  from: old.from,
  to: old.to,
});

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
