import { Link } from '@tanstack/react-router';
import { ChevronRight, Download, History } from 'lucide-react';
import { useState } from 'react';
import type { WorkbookVersion } from '../api/types.ts';
import { contentAddress } from '../api/workbooks.ts';
import { cx } from '../base/class-names.ts';
import { formatBytes, formatCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { Tag } from '../parts/page.tsx';
import { ScanWord } from './scan-word.tsx';

const SHORT = 12;
const ACTION =
  'inline-flex h-[24px] items-center gap-1.5 rounded-md border border-edge bg-sheet px-2 text-xs font-medium whitespace-nowrap hover:border-ink-3 hover:bg-sunk';

/** Everything that is known of a version, word for word. */
function Details({ version }: { readonly version: WorkbookVersion }) {
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['SHA-256 of the bytes', version.sha256],
    ['Content hash', version.contentHash],
    ['Format', version.format],
    ['Size', `${formatCount(version.lengthBytes)} bytes`],
    ['Author, as given', version.author],
    ['Committed by, as authenticated', version.committedBy],
    ['Committed', <Moment key="committed" at={version.committedMs} />],
    ['Made from', version.parent === 0 ? 'nothing, it is the first' : `version ${version.parent}`],
    ['Zones at the acknowledgement', version.zones.join(', ')],
    ['Locked until', <Moment key="locked" at={version.retainUntilMs} />],
    ...(version.scanDetail === undefined ? [] : [['Scan', version.scanDetail] as const]),
    ...(version.clientKey === undefined ? [] : [['Client key', version.clientKey] as const]),
  ];
  return (
    <dl className="mt-2 grid grid-cols-1 border-t border-line bg-sunk px-3 py-1.5 text-xs">
      {facts.map(([label, value]) => (
        <div key={label} className="grid gap-x-4 py-0.5 sm:grid-cols-[220px_1fr]">
          <dt className="text-ink-3">{label}</dt>
          <dd className="font-mono break-all">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({
  version,
  onRestore,
}: {
  readonly version: WorkbookVersion;
  readonly onRestore: (() => void) | undefined;
}) {
  const { workbook, number, parent, scan } = version;
  return (
    <div className="flex flex-wrap gap-1.5 md:justify-end">
      {parent > 0 && (
        <Link
          to="/workbooks/$name"
          params={{ name: workbook }}
          search={{ from: String(parent), to: String(number) } as never}
          className={ACTION}
          aria-label={`What version ${number} changed`}
        >
          Changes
        </Link>
      )}
      {scan === 'quarantined' ? (
        <Button small disabled title="In quarantine: the bytes stay in the vault as evidence">
          <Download size={13} /> Download
        </Button>
      ) : (
        <a
          href={contentAddress(workbook, number)}
          download
          className={ACTION}
          aria-label={`Download version ${number}`}
        >
          <Download size={13} /> Download
        </a>
      )}
      {onRestore !== undefined && (
        <Button
          small
          disabled={scan === 'quarantined'}
          onClick={onRestore}
          aria-label={`Restore version ${number} as a new version`}
        >
          <History size={13} /> Restore…
        </Button>
      )}
    </div>
  );
}

function Facts({ version }: { readonly version: WorkbookVersion }) {
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
      <ScanWord version={version} />
      <span title={`${formatCount(version.lengthBytes)} bytes`}>{formatBytes(version.lengthBytes)}</span>
      <span>
        in {version.zones.join(', ')}, locked until <Moment at={version.retainUntilMs} precision="day" />
      </span>
      <CopyButton
        text={version.sha256}
        label={`sha256 ${version.sha256.slice(0, SHORT)}`}
        className="h-[20px]! border-line! font-mono text-2xs!"
      />
    </div>
  );
}

interface VersionRowProps {
  readonly version: WorkbookVersion;
  readonly newest: boolean;
  readonly picked: boolean;
  readonly onPick: () => void;
  readonly onRestore: (() => void) | undefined;
}

/** One snapshot: which, what it says, who, when, what proves it, where it lies and until when. */
export function VersionRow({ version, newest, picked, onPick, onRestore }: VersionRowProps) {
  const [open, setOpen] = useState(false);
  const { number, message, author, committedMs, restoredFrom } = version;
  return (
    <li className={cx('border-b border-line py-3', picked && 'bg-accent-soft')}>
      <div className="grid grid-cols-[28px_44px_minmax(0,1fr)] gap-x-2 md:grid-cols-[28px_52px_minmax(0,1fr)_auto]">
        <label className="flex size-6 items-center justify-center">
          <input
            type="checkbox"
            className="size-4 accent-[var(--accent)]"
            checked={picked}
            onChange={onPick}
            aria-label={`Pick version ${number} for a comparison`}
          />
        </label>
        <span className="text-lg leading-6 font-semibold">{number}</span>
        <div className="min-w-0">
          <p className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
            <span className={cx('min-w-0 break-words', message === '' ? 'text-ink-3' : 'font-medium')}>
              {message === '' ? 'no message' : message}
            </span>
            {newest && <Tag tone="accent">newest</Tag>}
            {restoredFrom !== undefined && <Tag>restored from {restoredFrom}</Tag>}
          </p>
          <p className="text-sm text-ink-2">
            {author}, <Ago at={committedMs} />
          </p>
          <Facts version={version} />
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="mt-1 inline-flex min-h-6 items-center gap-1 text-xs text-accent"
          >
            <ChevronRight size={13} className={cx(open && 'rotate-90')} />
            Everything about version {number}
          </button>
        </div>
        <div className="col-span-2 col-start-2 mt-1 md:col-span-1 md:col-start-4 md:mt-0">
          <Actions version={version} onRestore={newest ? undefined : onRestore} />
        </div>
      </div>
      {open && <Details version={version} />}
    </li>
  );
}
