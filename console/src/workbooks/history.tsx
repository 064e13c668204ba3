import { GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../api/session.ts';
import type { Commit, Workbook, WorkbookVersion } from '../api/types.ts';
import { formatCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { Moment } from '../parts/moment.tsx';
import { Notice } from '../parts/notice.tsx';
import { Empty } from '../parts/page.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { CommitArea } from './commit-area.tsx';
import { RestoreDialog } from './restore-dialog.tsx';
import { VersionRow } from './version-row.tsx';

interface HistoryProps {
  readonly workbook: Workbook;
  readonly versions: readonly WorkbookVersion[];
  readonly more: (() => void) | undefined;
  readonly onReload: () => void;
}

function Head({ workbook }: { readonly workbook: Workbook }) {
  return (
    <header className="mb-5 border-b-2 border-ink pb-3">
      <h1 className="flex items-end gap-3.5 leading-none">
        <span className="text-[52px] leading-[0.85] font-semibold tracking-[-0.03em]">{workbook.head}</span>
        <span className="min-w-0 text-md leading-snug font-normal text-ink-2">
          {workbook.head === 1 ? 'version of' : 'versions of'}
          <br />
          <strong className="text-lg leading-tight font-semibold break-words text-ink">{workbook.name}</strong>
        </span>
      </h1>
      <p className="mt-3 text-sm text-ink-2">
        Since <Moment at={workbook.createdMs} precision="day" />, by {workbook.createdBy}. Each version is locked for{' '}
        {formatCount(workbook.retentionDays)} days from its commit: until then nobody can overwrite or delete it.
      </p>
    </header>
  );
}

/** Two at most: a third takes the place of the one that was picked first. */
const pick = (picked: readonly number[], number: number): readonly number[] =>
  picked.includes(number) ? picked.filter((one) => one !== number) : [...picked, number].slice(-2);

function CompareBar({
  picked,
  onCompare,
  onClear,
}: {
  readonly picked: readonly number[];
  readonly onCompare: () => void;
  readonly onClear: () => void;
}) {
  if (picked.length === 0) return null;
  const [from, to] = picked.toSorted((a, b) => a - b);
  return (
    <div
      role="status"
      className="sticky bottom-[52px] z-10 flex flex-wrap items-center justify-between gap-2 border border-line-2 bg-sheet px-4 py-2.5 text-sm shadow-(--shadow) md:bottom-3"
    >
      {picked.length === 1
        ? `Version ${from} is picked. Pick another to compare it with.`
        : `Versions ${from} and ${to} are picked.`}
      <span className="flex gap-2">
        <Button onClick={onClear}>Clear</Button>
        <Button tone="accent" disabled={picked.length < 2} onClick={onCompare}>
          <GitCompareArrows size={14} /> {picked.length < 2 ? 'Compare' : `Compare ${from} with ${to}`}
        </Button>
      </span>
    </div>
  );
}

function Restored({
  commit: { version, unchanged },
  onClose,
}: {
  readonly commit: Commit;
  readonly onClose: () => void;
}) {
  const title = unchanged
    ? `Version ${version.number}, the newest, has that content already; no other was made.`
    : `Version ${version.number} has the bytes of version ${version.restoredFrom ?? '?'} now.`;
  const close = (
    <Button small onClick={onClose}>
      Close
    </Button>
  );
  return (
    <div className="mb-4">
      <Notice tone="plain" role="status" title={title} action={close} />
    </div>
  );
}

/** What was committed, newest first, and what can be done with it. */
export function History({ workbook, versions, more, onReload }: HistoryProps) {
  const mayWrite = useMay('writeWorkbooks');
  const change = useChangeSearch();
  const [picked, setPicked] = useState<readonly number[]>([]);
  const [restoring, setRestoring] = useState<WorkbookVersion>();
  const [restored, setRestored] = useState<Commit>();
  const compare = (): void => {
    const [from, to] = picked.toSorted((a, b) => a - b);
    change({ from: String(from), to: String(to), sheet: undefined });
  };
  return (
    <>
      <Head workbook={workbook} />
      {restored !== undefined && <Restored commit={restored} onClose={() => setRestored(undefined)} />}
      {mayWrite && <CommitArea label="Drop the next version here" name={workbook.name} head={versions[0]} />}
      {versions.length === 0 && (
        <Empty title="It has no version yet.">
          <Snippet
            label="Command"
            text={`bin/holdfast workbook commit book.xlsx --workbook '${workbook.name.replaceAll("'", "'\\''")}'`}
          />
        </Empty>
      )}
      <ol aria-label="Versions, newest first" className="border-t border-line-2">
        {versions.map((version) => (
          <VersionRow
            key={version.number}
            version={version}
            newest={version.number === workbook.head}
            picked={picked.includes(version.number)}
            onPick={() => setPicked(pick(picked, version.number))}
            onRestore={mayWrite ? () => setRestoring(version) : undefined}
          />
        ))}
      </ol>
      {more !== undefined && (
        <Button className="mt-4" onClick={more}>
          Show earlier versions
        </Button>
      )}
      <CompareBar picked={picked} onCompare={compare} onClear={() => setPicked([])} />
      {restoring !== undefined && (
        <RestoreDialog
          version={restoring}
          head={workbook.head}
          onReload={onReload}
          onClose={() => setRestoring(undefined)}
          onRestored={(commit) => {
            setRestoring(undefined);
            setRestored(commit);
          }}
        />
      )}
    </>
  );
}
