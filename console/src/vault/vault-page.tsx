import type { Vault } from '../api/types.ts';
import { useScrub, useVault } from '../api/vault.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Mark } from '../parts/mark.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { Bone, BoneRows } from '../parts/skeleton.tsx';
import { DurabilityInputs, NinesHeadline } from './durability.tsx';
import { Scrub } from './scrub.tsx';
import { Zones } from './zones.tsx';

/** What needs somebody, before everything else. */
function Troubles({ vault }: { readonly vault: Vault }) {
  const away = vault.zones.filter(({ state }) => state === 'away');
  const unmended = vault.scrub?.unmended ?? 0;
  const lines = [
    ...away.map((zone) => ({ title: `The zone ${zone.zone} is away`, detail: zone.problem ?? '' })),
    ...(unmended > 0
      ? [
          {
            title: `${formatPlural(unmended, 'problem')} not mended`,
            detail: `of ${formatCount(vault.scrub?.found ?? 0)} that the last scrub found`,
          },
        ]
      : []),
  ];
  if (lines.length === 0) return null;
  return (
    <ul className="mb-7 space-y-1">
      {lines.map(({ title, detail }) => (
        <li
          key={title}
          className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-l-4 border-l-broken bg-broken-soft px-3 py-2 text-sm"
        >
          <Mark state="broken" className="size-[18px]" />
          <strong className="font-semibold">{title}</strong>
          <span className="min-w-0 break-words text-ink-2">{detail}</span>
        </li>
      ))}
    </ul>
  );
}

/** Would what was put away still be there? */
export function VaultPage() {
  useTitle('Vault');
  const run = useScrub();
  const vault = useVault(run.isPending);
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8">
      {vault.isPending && (
        <>
          <h1 className="sr-only">Vault</h1>
          <Bone className="mb-3 h-16 w-40" />
          <Bone className="mb-8 w-72" />
          <BoneRows rows={10} label="the vault" />
        </>
      )}
      {vault.isError && (
        <div className="mb-4">
          {vault.data === undefined && <h1 className="mb-4 text-xl">The state of the vault is not known</h1>}
          <FailureNotice error={vault.error} onRetry={() => void vault.refetch()} />
        </div>
      )}
      {vault.data !== undefined && (
        <>
          <Troubles vault={vault.data} />
          <NinesHeadline durability={vault.data.durability} />
          <Zones vault={vault.data} />
          <Scrub report={vault.data.scrub} run={run} />
          <DurabilityInputs durability={vault.data.durability} />
        </>
      )}
    </div>
  );
}
