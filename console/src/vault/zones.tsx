import type { Vault, VaultZone } from '../api/types.ts';
import { formatBytes, formatCount, formatPlural } from '../base/format.ts';
import { Ago } from '../parts/moment.tsx';
import { Empty, Section, Tag } from '../parts/page.tsx';
import { ZoneState } from './zone-state.tsx';

function Fact({
  label,
  children,
  title,
}: {
  readonly label: string;
  readonly children: React.ReactNode;
  readonly title?: string | undefined;
}) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="break-words" title={title}>
        {children}
      </dd>
    </div>
  );
}

function Zone({ zone }: { readonly zone: VaultZone }) {
  return (
    <li className="border-b border-line py-3">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 className="text-md">{zone.zone}</h3>
        <ZoneState state={zone.state} />
        <Tag>{zone.remote ? 'remote' : 'this machine'}</Tag>
        <code className="min-w-0 text-xs break-all text-ink-3">{zone.location}</code>
      </div>
      <dl className="mt-2 grid grid-cols-2 gap-x-6 gap-y-1.5 text-sm sm:grid-cols-4">
        <Fact label="Fails together with">{zone.failureDomain}</Fact>
        <Fact label="Copies missing">{zone.missingItems === 0 ? 'none known' : formatCount(zone.missingItems)}</Fact>
        <Fact label="Behind since">{zone.behindSinceMs === undefined ? '–' : <Ago at={zone.behindSinceMs} />}</Fact>
        <Fact
          label="Free space"
          title={zone.freeBytes === undefined ? 'The store does not tell' : `${formatCount(zone.freeBytes)} bytes`}
        >
          {zone.freeBytes === undefined ? 'not told by the store' : formatBytes(zone.freeBytes)}
        </Fact>
      </dl>
      {zone.problem !== undefined && <p className="mt-2 text-sm text-broken">{zone.problem}</p>}
      {zone.caveats.length > 0 && (
        <div className="mt-2 text-sm text-ink-2">
          <p className="text-xs text-ink-3">What this store was seen not to enforce</p>
          <ul className="list-disc pl-4">
            {zone.caveats.map((caveat) => (
              <li key={caveat}>{caveat}</li>
            ))}
          </ul>
        </div>
      )}
    </li>
  );
}

/** Where the copies lie, and how each place is. */
export function Zones({ vault }: { readonly vault: Vault }) {
  const inStep = vault.zones.filter(({ state }) => state === 'in-step').length;
  return (
    <Section
      title="Zones"
      lead={`${formatCount(inStep)} of ${formatPlural(vault.zones.length, 'zone')} in step. What is put into the vault is acknowledged when ${vault.writeQuorum} ${vault.writeQuorum === 1 ? 'zone holds' : 'zones hold'} it durably${vault.zones.length > vault.writeQuorum ? '; the others follow' : ''}.`}
    >
      {vault.zones.length === 0 ? (
        <Empty title="The vault has no zone.">Add one in the configuration and start Holdfast again.</Empty>
      ) : (
        <ul className="-mt-3">
          {vault.zones.map((zone) => (
            <Zone key={zone.zone} zone={zone} />
          ))}
        </ul>
      )}
    </Section>
  );
}
