import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useVersions } from '../api/workbooks.ts';
import { isVersionRef } from '../base/version-ref.ts';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { Bone, BoneRows } from '../parts/skeleton.tsx';
import { keepRange } from '../shell/go.ts';
import { ComparisonView } from './comparison-view.tsx';
import { History } from './history.tsx';

export interface WorkbookSearch {
  /** Of a comparison: only the cells of this sheet. */
  readonly sheet?: string | undefined;
}

function Versions({ name }: { readonly name: string }) {
  useTitle(name);
  const versions = useVersions(name);
  const first = versions.data?.pages[0];
  if (versions.isPending)
    return (
      <>
        <h1 className="sr-only">{name}</h1>
        <Bone className="mb-6 h-12 w-56" />
        <BoneRows rows={8} label="the versions" />
      </>
    );
  if (first === undefined)
    return (
      <>
        <h1 className="mb-4 text-xl break-words">{name} cannot be shown</h1>
        <FailureNotice error={versions.error} onRetry={() => void versions.refetch()} />
      </>
    );
  const more = versions.hasNextPage ? () => void versions.fetchNextPage() : undefined;
  return (
    <>
      {versions.isError && <FailureNotice error={versions.error} onRetry={() => void versions.refetch()} />}
      <History
        workbook={first.workbook}
        versions={versions.data?.pages.flatMap((page) => page.versions) ?? []}
        more={more}
        onReload={() => void versions.refetch()}
      />
    </>
  );
}

/** How did this spreadsheet become what it is, and what can be had back? */
export function WorkbookPage() {
  const { name = '' } = useParams({ strict: false });
  const { from, to } = useSearch({ strict: false }) as { readonly from?: string; readonly to?: string };
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8">
      {isVersionRef(from) && isVersionRef(to) ? (
        <ComparisonView name={name} from={from} to={to} />
      ) : (
        <>
          <Link
            to="/workbooks"
            search={keepRange as never}
            className="no-print mb-3 inline-flex min-h-6 items-center text-sm text-accent"
          >
            All workbooks
          </Link>
          <Versions key={name} name={name} />
        </>
      )}
    </div>
  );
}
