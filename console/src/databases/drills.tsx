import { useState } from 'react';
import { isRunning, useRestoreReports } from '../api/backup.ts';
import { useMay } from '../api/session.ts';
import type { DatabaseStatus, RestoreReport } from '../api/types.ts';
import { formatCount, formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { DrillCharts } from './drill-chart.tsx';
import { CHOICES, PassedWord, RecoveryPoint } from './drill-report.tsx';
import { ProveDialog } from './prove-dialog.tsx';

const SHOWN_FIRST = 8;

function Row({ report, onOpen }: { readonly report: RestoreReport; readonly onOpen: () => void }) {
  return (
    <tr>
      <td className="whitespace-nowrap">
        <button type="button" onClick={onOpen} className="text-accent underline decoration-line-2 underline-offset-2">
          <Moment at={report.begunMs} precision="minute" />
        </button>
      </td>
      <td>
        <PassedWord passed={report.passed} />
      </td>
      <td className="whitespace-nowrap">
        {CHOICES[report.choice]}
        <div className="text-xs text-ink-3">
          <Moment at={report.targetMs} />
        </div>
      </td>
      <td className="figure whitespace-nowrap" title={`${formatCount(Math.round(report.recoveryTimeMs))} ms`}>
        {formatDuration(report.recoveryTimeMs)}
      </td>
      <td className="figure whitespace-nowrap" title={`${formatCount(Math.round(report.recoveryPointMs))} ms`}>
        <RecoveryPoint report={report} />
      </td>
      <td className="min-w-64 text-ink-2">{report.summary}</td>
    </tr>
  );
}

function ReportTable({
  reports,
  onOpen,
}: {
  readonly reports: readonly RestoreReport[];
  readonly onOpen: (id: string) => void;
}) {
  const [all, setAll] = useState(false);
  const shown = all ? reports : reports.slice(0, SHOWN_FIRST);
  return (
    <>
      <TableFrame label="Restore drills">
        <table className="ledger">
          <thead>
            <tr>
              {['Run', 'Result', 'Restored to'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col" className="figure">
                Recovery time
              </th>
              <th scope="col" className="figure">
                Recovery point
              </th>
              <th scope="col">Summary</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((report) => (
              <Row key={report.id} report={report} onOpen={() => onOpen(report.id)} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {shown.length < reports.length && (
        <Button small tone="quiet" className="mt-2" onClick={() => setAll(true)}>
          Show all {formatCount(reports.length)}
        </Button>
      )}
    </>
  );
}

/** Was it tried, how long did it take, and what would have been lost? */
export function Drills({
  status,
  chosenMs,
  onOpen,
}: {
  readonly status: DatabaseStatus;
  readonly chosenMs: number | undefined;
  readonly onOpen: (id: string) => void;
}) {
  const { source, nextProofMs, runs } = status;
  const list = useRestoreReports(source.name);
  const mayRun = useMay('runBackup');
  const [asking, setAsking] = useState(false);
  const running = runs.some((run) => run.type === 'proof' && isRunning(run));
  const reports = list.data?.reports;
  return (
    <Section
      title="Restore drills"
      lead={
        <>
          Each restores aside, starts, checks and measures.
          {nextProofMs !== undefined && (
            <>
              {' '}
              The next comes by itself <Ago at={nextProofMs} />.
            </>
          )}
        </>
      }
      action={
        mayRun && (
          <Button disabled={running} onClick={() => setAsking(true)}>
            {running ? 'Proving…' : 'Prove now…'}
          </Button>
        )
      }
    >
      {list.isPending && <BoneRows rows={4} label="the drills" />}
      {list.isError && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {reports?.length === 0 && (
        <Empty title="No restore has been tried yet.">
          Until then it is not known that one works, nor how long it takes.
        </Empty>
      )}
      {reports !== undefined && reports.length > 1 && <DrillCharts reports={reports} {...source} />}
      {reports !== undefined && reports.length > 0 && <ReportTable reports={reports} onOpen={onOpen} />}
      {asking && <ProveDialog name={source.name} chosenMs={chosenMs} onClose={() => setAsking(false)} />}
    </Section>
  );
}
