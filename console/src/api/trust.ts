import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Proof, Proofs, Trust } from './types.ts';

const REFETCH_MS = 15_000;
const PROOFS_SHOWN = 200;

/** The trust page's only source. It keeps itself fresh: the page is often left open on a wall. */
export const useTrust = () =>
  useQuery({
    queryKey: ['trust'],
    queryFn: ({ signal }) => call<Trust>('GET', '/trust', { signal }),
    refetchInterval: REFETCH_MS,
  });

export const useProofs = (promise: string) =>
  useQuery({
    queryKey: ['proofs', promise],
    queryFn: ({ signal }) => call<Proofs>('GET', '/trust/proofs', { signal, query: { promise, limit: PROOFS_SHOWN } }),
    refetchInterval: REFETCH_MS,
  });

/** Runs one probe now and reads the page again, whatever it found. */
export function useMeasure() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (probe: string) => call<Proof>('POST', `/trust/probes/${encodeURIComponent(probe)}/run`),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['trust'] }),
        client.invalidateQueries({ queryKey: ['proofs'] }),
      ]),
  });
}
