import { useState } from 'react';
import type { Issue, IssueHash } from '../api/issue-types.ts';
import { useIssueHashes, useUnmerge } from '../api/issues.ts';
import { useMay } from '../api/session.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Section, TableFrame, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch, useGo } from '../shell/go.ts';
import { Masked } from './masked.tsx';

function UnmergeDialog({
  issue,
  hashes,
  onClose,
}: {
  readonly issue: Issue;
  readonly hashes: readonly IssueHash[];
  readonly onClose: () => void;
}) {
  const unmerge = useUnmerge(issue.id);
  const go = useGo();
  const events = hashes.reduce((sum, { timesSeen }) => sum + timesSeen, 0);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Take ${formatPlural(hashes.length, 'hash', 'hashes')} out of ${issue.shortId}`}
    >
      <Notice
        tone="plain"
        title={`${formatCount(events)} of ${formatCount(issue.timesSeen)} events become an issue of their own.`}
      >
        It starts unresolved, and new events with {hashes.length === 1 ? 'this hash' : 'these hashes'} come to it. No
        event is rewritten; merge the two to undo it.
      </Notice>
      {unmerge.isError && <FailureNotice error={unmerge.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          tone="accent"
          disabled={unmerge.isPending}
          onClick={() =>
            unmerge.mutate(
              hashes.map(({ hash }) => hash),
              { onSuccess: (made) => go(`/issues/${made.id}`) },
            )
          }
        >
          Make it an issue of its own
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The kinds of events that this issue holds, and the way to take one out again. */
export function Hashes({ issue }: { readonly issue: Issue }) {
  const hashes = useIssueHashes(issue.id);
  const mayRespond = useMay('respondIssues');
  const change = useChangeSearch();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setAsking] = useState(false);
  const all = hashes.data ?? [];
  const picked = all.filter(({ hash }) => chosen.has(hash));
  const toggle = (hash: string): void => {
    const next = new Set(chosen);
    if (!next.delete(hash)) next.add(hash);
    setChosen(next);
  };
  return (
    <Section
      title="Hashes"
      lead="Events are grouped by hashes, and this issue owns these. Merging gives it more; each can be taken out again."
      action={
        mayRespond && (
          <Button disabled={picked.length === 0 || picked.length === all.length} onClick={() => setAsking(true)}>
            Take out…
          </Button>
        )
      }
    >
      {hashes.isPending && <BoneRows rows={3} label="the hashes" />}
      {hashes.isError && <FailureNotice error={hashes.error} onRetry={() => void hashes.refetch()} />}
      {hashes.data !== undefined && (
        <TableFrame label="Hashes">
          <table className="ledger">
            <thead>
              <tr>
                {mayRespond && (
                  <th scope="col">
                    <span className="sr-only">Chosen</span>
                  </th>
                )}
                <th scope="col">Hash</th>
                <th scope="col">Algorithm</th>
                <th scope="col" className="figure">
                  Events
                </th>
                <th scope="col">Seen</th>
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <tr key={one.hash}>
                  {mayRespond && (
                    <td>
                      <input
                        type="checkbox"
                        aria-label={`Choose ${one.hash}`}
                        className="size-4 accent-[var(--accent)]"
                        checked={chosen.has(one.hash)}
                        disabled={all.length < 2}
                        onChange={() => toggle(one.hash)}
                      />
                    </td>
                  )}
                  <td className="w-full min-w-64">
                    {one.latestEventId === undefined ? (
                      <Masked text={one.title} />
                    ) : (
                      <button
                        type="button"
                        className="text-left text-accent underline decoration-line-2 underline-offset-2"
                        onClick={() => change({ event: one.latestEventId, tab: undefined })}
                      >
                        <Masked text={one.title} />
                      </button>
                    )}
                    <div className="font-mono text-xs break-all text-ink-3">{one.hash}</div>
                  </td>
                  <td className="whitespace-nowrap">
                    <Tag>{one.version}</Tag>
                  </td>
                  <td className="figure">{formatCount(one.timesSeen)}</td>
                  <td className="whitespace-nowrap">
                    <Ago at={one.lastSeenMs} />
                    <div className="text-xs text-ink-3">
                      first <Ago at={one.firstSeenMs} />
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {all.length === 1 && <p className="mt-2 text-sm text-ink-3">With one hash there is nothing to take out.</p>}
      {isAsking && <UnmergeDialog issue={issue} hashes={picked} onClose={() => setAsking(false)} />}
    </Section>
  );
}
