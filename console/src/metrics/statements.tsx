import { useStatements } from '../api/metrics.ts';
import { formatCount, formatDuration } from '../base/format.ts';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

const percent = (share: number): string => `${share.toFixed(share < 10 ? 1 : 0)} %`;

/** What the database spends its time on: normalized statements, the costliest first. */
export function Statements({ source }: { readonly source: string }) {
  const view = useStatements(source);
  return (
    <div className="mt-9">
      <Section title="Costly statements" lead="In the last minute that was looked at, without their values.">
        {view.isPending && <BoneRows rows={4} label="the statements" />}
        {view.isError && <FailureNotice error={view.error} />}
        {view.data?.statements.length === 0 && (
          <Empty title="No statement is known.">{view.data.problem ?? 'None took time in the last minute.'}</Empty>
        )}
        {view.data !== undefined && view.data.statements.length > 0 && (
          <TableFrame label="Costly statements">
            <table className="ledger">
              <thead>
                <tr>
                  <th scope="col">Statement</th>
                  {['Of all time', 'Calls', 'Each', 'Slowest', 'Rows'].map((name) => (
                    <th key={name} scope="col" className="figure">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {view.data.statements.map((row) => (
                  <tr key={`${row.database} ${row.fingerprint}`}>
                    <td className="w-full min-w-72">
                      <code className="line-clamp-2 text-xs [overflow-wrap:anywhere]" title={row.text}>
                        {row.text}
                      </code>
                      <span className="text-xs text-ink-3">{row.database}</span>
                    </td>
                    <td className="figure font-semibold whitespace-nowrap">{percent(row.sharePercent)}</td>
                    <td className="figure">{formatCount(row.calls)}</td>
                    <td className="figure whitespace-nowrap">{formatDuration(row.meanMs)}</td>
                    <td className="figure whitespace-nowrap">{formatDuration(row.slowestMs)}</td>
                    <td className="figure">{formatCount(row.rows)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        )}
      </Section>
    </div>
  );
}
