import { useMemo, useState } from 'react';
import { useRetention } from '../api/backup.ts';
import type { DatabaseSource } from '../api/types.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useSeen } from '../workbooks/workbook-table.tsx';
import { spanWords } from './restorable.ts';
import { type RetentionLine, retentionLines } from './retention-lines.ts';

const SHOWN_FIRST = 8;

function LineRow({ line }: { readonly line: RetentionLine }) {
  return (
    <tr>
      <td className="whitespace-nowrap">
        {line.untilMs === undefined ? <Tag tone="warn">goes next</Tag> : <Tag>kept</Tag>}
      </td>
      <td className="min-w-48 break-words">
        {line.what}
        {line.pieces > 1 && `, ${formatCount(line.pieces)} pieces`}
      </td>
      <td className="whitespace-nowrap">
        {line.fromMs !== undefined && (
          <>
            <Moment at={line.fromMs} precision="minute" /> –{' '}
          </>
        )}
        {line.untilMs === undefined ? '–' : <Moment at={line.untilMs} precision="minute" />}
      </td>
      <td className="min-w-48 text-ink-2">{line.reason}</td>
    </tr>
  );
}

/** Why each thing is still there, until when, and what goes next. */
export function Retention({ source }: { readonly source: DatabaseSource }) {
  const { place, seen } = useSeen<HTMLDivElement>();
  const plan = useRetention(source.name, seen);
  const [all, setAll] = useState(false);
  const lines = useMemo(() => (plan.data === undefined ? [] : retentionLines(plan.data)), [plan.data]);
  const shown = all ? lines : lines.slice(0, SHOWN_FIRST);
  return (
    <Section
      title="Retention"
      lead={`Every second for ${spanWords(source.windowMs)}, a point of each day for ${spanWords(source.dailyKeptMs)}. ${
        plan.data === undefined
          ? ''
          : `${formatPlural(plan.data.keeps.length, 'thing')} kept, ${formatCount(plan.data.removals.length)} to go.`
      }`}
    >
      <div ref={place} />
      {plan.isPending && <BoneRows rows={4} label="the retention plan" />}
      {plan.isError && <FailureNotice error={plan.error} onRetry={() => void plan.refetch()} />}
      {plan.data !== undefined && lines.length === 0 && <Empty title="Nothing is stored yet." />}
      {lines.length > 0 && (
        <TableFrame label="What is kept and why">
          <table className="ledger">
            <thead>
              <tr>
                {['', 'What', 'Until', 'Why'].map((column) => (
                  <th key={column} scope="col">
                    {column === '' ? <span className="sr-only">Kept or going</span> : column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((line) => (
                <LineRow key={`${line.what} ${line.untilMs} ${line.reason}`} line={line} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {shown.length < lines.length && (
        <Button small tone="quiet" className="mt-2" onClick={() => setAll(true)}>
          Show all {formatCount(lines.length)}
        </Button>
      )}
    </Section>
  );
}
