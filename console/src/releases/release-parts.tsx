import { useState } from 'react';
import type { ArtifactBundle, Release } from '../api/issue-types.ts';
import { useArtifactFiles, useArtifacts, useCommits, useDeleteArtifacts, useDeploys } from '../api/releases.ts';
import { useMay } from '../api/session.ts';
import { formatBytes, formatCount, formatDuration, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, TableFrame, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

const isWeb = (url: string): boolean => /^https?:\/\//.test(url);
const SHA_SHOWN = 10;

export function Deploys({ release }: { readonly release: Release }) {
  const deploys = useDeploys(release.version);
  if (deploys.isPending) return <BoneRows rows={3} label="the deploys" />;
  if (deploys.isError) return <FailureNotice error={deploys.error} onRetry={() => void deploys.refetch()} />;
  if (deploys.data.length === 0)
    return <Empty title="No deploy was told.">sentry-cli tells one: deploys new --release … -e production.</Empty>;
  return (
    <TableFrame label="Deploys">
      <table className="ledger">
        <thead>
          <tr>
            {['Environment', 'Finished', 'Took', 'Name'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {deploys.data.map((deploy) => (
            <tr key={deploy.id}>
              <td>
                <Tag>{deploy.environment}</Tag>
              </td>
              <td className="whitespace-nowrap">
                <Moment at={deploy.finishedMs} />{' '}
                <span className="text-ink-3">
                  (<Ago at={deploy.finishedMs} />)
                </span>
              </td>
              <td>{deploy.startedMs === undefined ? '–' : formatDuration(deploy.finishedMs - deploy.startedMs)}</td>
              <td className="w-full">
                {isWeb(deploy.url) ? (
                  <a href={deploy.url} rel="noreferrer" className="text-accent underline underline-offset-2">
                    {deploy.name === '' ? deploy.url : deploy.name}
                  </a>
                ) : (
                  deploy.name
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

export function Commits({ release }: { readonly release: Release }) {
  const commits = useCommits(release.version);
  if (commits.isPending) return <BoneRows rows={4} label="the commits" />;
  if (commits.isError) return <FailureNotice error={commits.error} onRetry={() => void commits.refetch()} />;
  if (commits.data.length === 0)
    return (
      <Empty title="No commit was told.">
        sentry-cli tells them: releases set-commits {release.version} --auto, in the repository.
      </Empty>
    );
  return (
    <ol className="border-t border-line">
      {commits.data.map((commit) => (
        <li key={commit.id} className="flex flex-wrap items-baseline gap-x-4 border-b border-line py-2 text-sm">
          <code className="text-xs text-ink-2" title={commit.id}>
            {commit.id.slice(0, SHA_SHOWN)}
          </code>
          <span className="min-w-0 flex-1 basis-64 break-words">{commit.message.split('\n')[0]}</span>
          <span className="text-xs text-ink-3">
            {commit.authorName === '' ? commit.authorEmail : commit.authorName}
            {commit.timeMs !== undefined && (
              <>
                , <Ago at={commit.timeMs} />
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Files({ bundle }: { readonly bundle: string }) {
  const files = useArtifactFiles(bundle);
  const all = files.data?.pages.flatMap((page) => page.files) ?? [];
  if (files.isPending) return <BoneRows rows={3} label="the files" />;
  if (files.isError && all.length === 0) return <FailureNotice error={files.error} />;
  return (
    <div className="bg-sunk px-3 py-2">
      <ul>
        {all.map((file) => (
          <li
            key={file.id}
            className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-1 text-xs last:border-b-0"
          >
            <code className="min-w-0 flex-1 basis-56 break-all">{file.url === '' ? file.path : file.url}</code>
            <Tag>{file.type.replace('_', ' ')}</Tag>
            {file.debugId !== '' && (
              <code className="text-ink-3" title="debug id">
                {file.debugId}
              </code>
            )}
            <span className="text-ink-2">{formatBytes(file.bytes)}</span>
          </li>
        ))}
      </ul>
      {files.hasNextPage && (
        <Button small className="mt-2" disabled={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

function BundleItem({
  bundle,
  onDelete,
}: {
  readonly bundle: ArtifactBundle;
  readonly onDelete: (() => void) | undefined;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="border-b border-line">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-2 text-sm">
        <span>
          <strong className="font-semibold">{formatPlural(bundle.fileCount, 'file')}</strong>,{' '}
          {formatBytes(bundle.bytes)}
          <span className="ml-3 text-xs text-ink-3">
            uploaded <Ago at={bundle.uploadedMs} /> by {bundle.uploadedBy}
            {bundle.dist !== '' && `, dist ${bundle.dist}`}
            {', '}
            {bundle.lastUsedMs === undefined ? (
              'not used yet'
            ) : (
              <>
                used <Ago at={bundle.lastUsedMs} />
              </>
            )}
            , kept until <Moment at={bundle.keepUntilMs} precision="day" />
          </span>
        </span>
        <span className="flex gap-2">
          <Button small aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Hide its files' : 'Show its files'}
          </Button>
          {onDelete !== undefined && (
            <Button small onClick={onDelete}>
              Delete…
            </Button>
          )}
        </span>
      </div>
      {isOpen && <Files bundle={bundle.id} />}
    </li>
  );
}

export function ArtifactBundles({ release }: { readonly release: Release }) {
  const list = useArtifacts(release.version);
  const remove = useDeleteArtifacts(release.version);
  const mayManage = useMay('manageIssues');
  const [asked, setAsked] = useState<ArtifactBundle>();
  const bundles = list.data?.pages.flatMap((page) => page.bundles) ?? [];
  if (list.isPending) return <BoneRows rows={3} label="the uploads" />;
  if (list.isError && bundles.length === 0)
    return <FailureNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (bundles.length === 0)
    return (
      <Empty title="Nothing was uploaded for this release.">
        Source maps make minified code readable; a project's page has the commands. Files with debug ids are found
        without a release too.
      </Empty>
    );
  return (
    <>
      <ul className="border-t border-line">
        {bundles.map((bundle) => (
          <BundleItem key={bundle.id} bundle={bundle} onDelete={mayManage ? () => setAsked(bundle) : undefined} />
        ))}
      </ul>
      {asked !== undefined && (
        <Dialog open onOpenChange={() => setAsked(undefined)} title="Delete the upload">
          <Notice
            tone="warn"
            title={`${formatCount(asked.fileCount)} files are gone, and new events of this code stay minified.`}
          >
            Events that are stored keep what they were mapped to. Upload them again to undo it.
          </Notice>
          {remove.isError && <FailureNotice error={remove.error} />}
          <DialogActions>
            <Button onClick={() => setAsked(undefined)}>Cancel</Button>
            <Button
              tone="danger"
              disabled={remove.isPending}
              onClick={() => remove.mutate(asked.id, { onSuccess: () => setAsked(undefined) })}
            >
              Delete
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
