import { Printer } from 'lucide-react';
import type { RestoreReport } from '../api/types.ts';
import { formatBytes, formatCount, formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Drawer } from '../parts/dialog.tsx';
import { Mark } from '../parts/mark.tsx';
import { Moment } from '../parts/moment.tsx';
import { TableFrame } from '../parts/page.tsx';
import { Fact } from './fact.tsx';
import { PHASES } from './run-view.tsx';

export const CHOICES = {
  newest: 'newest second',
  'random-second': 'random second',
  'random-day': 'random kept day',
  given: 'chosen second',
} as const;

/** Undefined where nothing came back, and for a snapshot as it is: there is no second to be near to. */
export const recoveryPointOf = ({ phases, choice, recoveryPointMs }: RestoreReport): number | undefined =>
  phases.length === 0 || choice === 'random-day' ? undefined : recoveryPointMs;

export function RecoveryPoint({ report }: { readonly report: RestoreReport }) {
  const ms = recoveryPointOf(report);
  return ms === undefined ? '–' : formatDuration(ms);
}

export function PassedWord({ passed }: { readonly passed: boolean }) {
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <Mark state={passed ? 'proven' : 'broken'} className="size-3.5" />
      {passed ? 'passed' : 'failed'}
    </span>
  );
}

function Phases({ report }: { readonly report: RestoreReport }) {
  const total = Math.max(
    1,
    report.phases.reduce((sum, { ms }) => sum + ms, 0),
  );
  return (
    <TableFrame label="Phases">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col" className="figure">
              Took
            </th>
            <th scope="col" className="figure">
              Bytes
            </th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {report.phases.map(({ name, ms, bytes }) => (
            <tr key={name}>
              <td>{PHASES[name] ?? name}</td>
              <td className="figure whitespace-nowrap" title={`${formatCount(Math.round(ms))} ms`}>
                {formatDuration(ms)}
              </td>
              <td className="figure whitespace-nowrap">{bytes === undefined ? '–' : formatBytes(bytes)}</td>
              <td className="w-1/3">
                <div aria-hidden="true" className="h-2 bg-line">
                  <div className="h-full bg-accent" style={{ width: `${(ms / total) * 100}%` }} />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Checks({ report }: { readonly report: RestoreReport }) {
  return (
    <TableFrame label="Checks">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Result</th>
            <th scope="col">What was found</th>
          </tr>
        </thead>
        <tbody>
          {report.checks.map(({ name, passed, detail }) => (
            <tr key={name}>
              <td className="break-words">{name}</td>
              <td>
                <PassedWord passed={passed} />
              </td>
              <td className="break-words text-ink-2">{detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** One drill in full: what was asked, how long it took, what was found. The same on paper. */
export function DrillReport({ report }: { readonly report: RestoreReport }) {
  return (
    <>
      <p className="mb-4 flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
        <strong className="font-semibold">
          <PassedWord passed={report.passed} />
        </strong>
        <span className="min-w-0 break-words text-ink-2">{report.summary}</span>
      </p>
      <dl className="mb-6 grid grid-cols-2 gap-x-6 gap-y-2 text-sm sm:grid-cols-3">
        <Fact label="Target">
          <Moment at={report.targetMs} />
        </Fact>
        <Fact label="Chosen">{CHOICES[report.choice]}</Fact>
        <Fact label="Run">
          <Moment at={report.begunMs} />
        </Fact>
        <Fact label="Recovery time" title={`${formatCount(Math.round(report.recoveryTimeMs))} ms`}>
          {formatDuration(report.recoveryTimeMs)} of {formatDuration(report.recoveryTimeObjectiveMs)}
        </Fact>
        <Fact label="Recovery point" title={`${formatCount(Math.round(report.recoveryPointMs))} ms`}>
          <RecoveryPoint report={report} />
          {recoveryPointOf(report) !== undefined && ` of ${formatDuration(report.recoveryPointObjectiveMs)}`}
        </Fact>
        <Fact label="Restored" title={`${formatCount(report.restoredBytes)} bytes`}>
          {formatBytes(report.restoredBytes)}, WAL {formatBytes(report.walBytes)}
        </Fact>
        <Fact label="Snapshot">{report.snapshotId === '' ? 'none' : report.snapshotId}</Fact>
        <Fact label="Report">{report.id}</Fact>
      </dl>
      <h3 className="mb-1.5 text-sm">Phases</h3>
      {report.phases.length === 0 ? (
        <p className="mb-6 text-sm text-ink-2">It ended before the first phase was over.</p>
      ) : (
        <div className="mb-6">
          <Phases report={report} />
        </div>
      )}
      <h3 className="mb-1.5 text-sm">Checks</h3>
      <Checks report={report} />
    </>
  );
}

export function DrillDrawer({ report, onClose }: { readonly report: RestoreReport; readonly onClose: () => void }) {
  return (
    <Drawer open onOpenChange={onClose} title={`Restore drill of ${report.source}`}>
      <DrillReport report={report} />
      <div className="mt-5 flex flex-wrap gap-2">
        <Button small onClick={() => print()}>
          <Printer size={13} /> Print
        </Button>
        <CopyButton text={location.href} label="Copy the address" />
        <CopyButton text={JSON.stringify(report, null, 2)} label="Copy the JSON" />
      </div>
    </Drawer>
  );
}
