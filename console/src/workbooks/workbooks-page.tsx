import { useSearch } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { useWorkbooks } from '../api/workbooks.ts';
import { formatCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { CommitArea } from './commit-area.tsx';
import { FirstWorkbook } from './first-workbook.tsx';
import { WorkbookTable } from './workbook-table.tsx';

export interface WorkbooksSearch {
  /** Beginning of the names that are shown. */
  readonly find?: string | undefined;
}

function Find({ find }: { readonly find: string }) {
  const change = useChangeSearch();
  return (
    <input
      type="search"
      data-search=""
      className="control w-64 max-w-full"
      aria-label="Find by the beginning of the name"
      placeholder="Name begins with…"
      defaultValue={find}
      onChange={(event) => change({ find: event.target.value === '' ? undefined : event.target.value }, true)}
    />
  );
}

/** Which spreadsheets are kept, and since when is each as it is? */
export function WorkbooksPage() {
  useTitle('Workbooks');
  const { find = '' } = useSearch({ strict: false }) as WorkbooksSearch;
  const mayWrite = useMay('writeWorkbooks');
  const list = useWorkbooks(find);
  const workbooks = list.data?.pages.flatMap((page) => page.workbooks);
  const none = workbooks?.length === 0;
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8">
      <header className="mb-5 flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-b-2 border-ink pb-3">
        <h1 className="flex items-end gap-3 leading-none">
          <span className="text-[52px] leading-[0.85] font-semibold tracking-[-0.03em]">
            {workbooks === undefined ? '–' : `${formatCount(workbooks.length)}${list.hasNextPage ? '+' : ''}`}
          </span>
          <span className="text-md leading-snug font-normal text-ink-2">
            {workbooks?.length === 1 ? 'workbook' : 'workbooks'}
            {find !== '' && ` that begin with “${find}”`}
            <br />
            <span className="text-sm">every version kept as it was committed</span>
          </span>
        </h1>
        {(!none || find !== '') && <Find find={find} />}
      </header>
      {mayWrite && !list.isError && <CommitArea label="Drop a spreadsheet here" />}
      {list.isPending && <BoneRows rows={6} label="the workbooks" />}
      {list.isError && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {none && find === '' && <FirstWorkbook />}
      {none && find !== '' && (
        <Empty title={`No workbook begins with “${find}”.`}>Capital and small letters are different names.</Empty>
      )}
      {workbooks !== undefined && !none && <WorkbookTable workbooks={workbooks} />}
      {list.hasNextPage && (
        <Button className="mt-4" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}
