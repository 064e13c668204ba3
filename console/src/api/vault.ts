import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ScrubReport, Vault } from './types.ts';

const REFETCH_MS = 15_000;
const REFETCH_SCRUBBING_MS = 2_000;

export const isScrubbing = (vault: Vault | undefined): boolean =>
  vault?.scrub !== undefined && vault.scrub.finishedMs === undefined;

/** The vault's only source; read more often while a pass of scrub counts up. */
export const useVault = (scrubStarted: boolean) =>
  useQuery({
    queryKey: ['vault'],
    queryFn: ({ signal }) => call<Vault>('GET', '/vault', { signal }),
    refetchInterval: ({ state }) => (scrubStarted || isScrubbing(state.data) ? REFETCH_SCRUBBING_MS : REFETCH_MS),
  });

/** Reads every copy now. The answer comes when the pass is through; until then the vault tells how far it is. */
export function useScrub() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<ScrubReport>('POST', '/vault/scrub'),
    onSettled: () => client.invalidateQueries({ queryKey: ['vault'] }),
  });
}
