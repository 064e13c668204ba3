import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Workbook } from '../api/types.ts';
import { useVersion } from '../api/workbooks.ts';
import { formatBytes, formatCount } from '../base/format.ts';
import { Ago } from '../parts/moment.tsx';
import { TableFrame } from '../parts/page.tsx';
import { Bone } from '../parts/skeleton.tsx';
import { keepRange } from '../shell/go.ts';

/** Turns true when the element first comes into sight: what nobody sees is not read. */
export function useSeen<T extends Element>() {
  const place = useRef<T>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null || seen) return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [seen]);
  return { place, seen };
}

function WorkbookRow({ workbook }: { readonly workbook: Workbook }) {
  const { place, seen } = useSeen<HTMLTableRowElement>();
  const newest = useVersion(workbook.name, workbook.head, seen && workbook.head > 0);
  const { data } = newest;
  const waiting =
    workbook.head > 0 && !newest.isError ? <Bone className="w-20" /> : <span className="text-ink-3">–</span>;
  return (
    <tr ref={place}>
      <td>
        <Link
          to="/workbooks/$name"
          params={{ name: workbook.name }}
          search={keepRange as never}
          className="font-medium text-accent underline decoration-line-2 underline-offset-2"
        >
          {workbook.name}
        </Link>
        {data !== undefined && data.message !== '' && (
          <p className="hidden max-w-[52ch] truncate text-xs text-ink-3 sm:block">{data.message}</p>
        )}
      </td>
      <td className="figure text-md font-semibold">{workbook.head === 0 ? 'none' : formatCount(workbook.head)}</td>
      <td className="whitespace-nowrap">{data === undefined ? waiting : <Ago at={data.committedMs} />}</td>
      <td className="whitespace-nowrap">{data === undefined ? waiting : data.author}</td>
      <td
        className="figure whitespace-nowrap"
        title={data === undefined ? undefined : `${formatCount(data.lengthBytes)} bytes`}
      >
        {data === undefined ? waiting : formatBytes(data.lengthBytes)}
      </td>
      <td className="whitespace-nowrap">{formatCount(workbook.retentionDays)} days</td>
    </tr>
  );
}

export function WorkbookTable({ workbooks }: { readonly workbooks: readonly Workbook[] }) {
  return (
    <TableFrame label="Workbooks">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Workbook</th>
            <th scope="col" className="figure">
              Newest
            </th>
            <th scope="col">When</th>
            <th scope="col">By</th>
            <th scope="col" className="figure">
              Size
            </th>
            <th scope="col">Versions locked for</th>
          </tr>
        </thead>
        <tbody>
          {workbooks.map((workbook) => (
            <WorkbookRow key={workbook.id} workbook={workbook} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
