import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiFailure, call } from '../api/client.ts';
import type { WorkbookVersions } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';

export const isMismatch = (error: unknown): boolean =>
  error instanceof ApiFailure && error.code === 'workbooks.parent-mismatch';

interface MeanwhileProps {
  readonly name: string;
  /** The version that the refused commit went out from. */
  readonly parent: number;
  readonly error: unknown;
  readonly onReload: () => void;
}

/** Somebody was faster: who, when, with which words, and how to go on. */
export function CommittedMeanwhile({ name, parent, error, onReload }: MeanwhileProps) {
  const versions = useQuery({
    queryKey: ['versions-meanwhile', name, parent],
    queryFn: ({ signal }) =>
      call<WorkbookVersions>('GET', `/workbooks/${encodeURIComponent(name)}/versions`, { signal }),
    staleTime: 0,
  });
  if (versions.isError) return <FailureNotice error={error} onRetry={onReload} />;
  const newer = (versions.data?.versions ?? []).filter(({ number }) => number > parent);
  const head = newer[0];
  return (
    <Notice
      tone="warn"
      role="alert"
      title="Somebody committed meanwhile. Nothing of yours was stored, and nothing is lost."
    >
      <ul className="my-1">
        {newer.map((version) => (
          <li key={version.number}>
            <strong className="font-semibold text-ink">Version {version.number}</strong> by {version.author},{' '}
            <Ago at={version.committedMs} />
            {version.message !== '' && <>: {version.message}</>}
          </li>
        ))}
      </ul>
      <p>
        Your file goes out from version {parent === 0 ? 'none' : parent}. Look at what changed, take it over into your
        file, then reload and commit.
      </p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button small onClick={onReload}>
          Reload
        </Button>
        {head !== undefined && parent > 0 && (
          <Link
            to="/workbooks/$name"
            params={{ name }}
            search={{ from: String(parent), to: String(head.number) } as never}
            target="_blank"
            className="text-accent underline"
          >
            What changed from {parent} to {head.number} (new tab)
          </Link>
        )}
      </div>
      <p className="mt-1.5 font-mono text-xs">workbooks.parent-mismatch</p>
    </Notice>
  );
}
