import { useMay } from '../api/session.ts';
import type { ScrubReport } from '../api/types.ts';
import type { useScrub } from '../api/vault.ts';
import { formatBytes, formatCount, formatDuration, formatPlural } from '../base/format.ts';
import { useNow } from '../base/now.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame } from '../parts/page.tsx';

function Figures({ report }: { readonly report: ScrubReport }) {
  const now = useNow();
  const tookMs = Math.max(1, (report.finishedMs ?? now) - report.startedMs);
  const figures: readonly (readonly [string, string, string?])[] = [
    ['read', formatBytes(report.bytes), `${formatCount(report.bytes)} bytes`],
    [`copies of ${formatPlural(report.objects, 'object')}`, formatCount(report.copies)],
    ['took', `${formatDuration(tookMs)}, ${formatBytes((report.bytes / tookMs) * 1000)}/s`, `${tookMs} ms`],
    ['damaged or missing', formatCount(report.found)],
    ['mended', formatCount(report.mended)],
    ['not mended', formatCount(report.unmended)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-6 sm:grid-cols-3">
      {figures.map(([label, text, exact]) => (
        <div key={label} className="flex flex-col-reverse border-b border-line py-1.5" title={exact}>
          <dt className="text-xs text-ink-3">{label}</dt>
          <dd
            className={
              label === 'not mended' && report.unmended > 0
                ? 'text-md font-semibold text-broken'
                : 'text-md font-semibold'
            }
          >
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Problems({ report }: { readonly report: ScrubReport }) {
  const hidden = report.found - report.problems.length;
  return (
    <div className="mt-5">
      <TableFrame label="What the scrub found">
        <table className="ledger">
          <thead>
            <tr>
              {['Zone', 'Object', 'Problem', 'Result'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.problems.map((problem) => (
              <tr key={`${problem.zone} ${problem.name} ${problem.type}`}>
                <td>{problem.zone}</td>
                <td className="font-mono text-xs whitespace-nowrap">{problem.name}</td>
                <td className="min-w-48">
                  {problem.type.replaceAll('-', ' ')}
                  <span className="text-ink-2">: {problem.detail}</span>
                </td>
                <td>
                  <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
                    <Mark state={problem.mended ? 'proven' : 'broken'} className="size-3.5" />
                    {problem.mended ? 'mended' : 'not mended'}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      {hidden > 0 && (
        <p className="mt-2 text-sm text-ink-2">And {formatCount(hidden)} more that are counted, not listed.</p>
      )}
    </div>
  );
}

/** What the last reading of every copy found. */
export function Scrub({
  report,
  run,
}: {
  readonly report: ScrubReport | undefined;
  readonly run: ReturnType<typeof useScrub>;
}) {
  const mayRun = useMay('manageVault');
  const running = run.isPending || (report !== undefined && report.finishedMs === undefined);
  return (
    <Section
      title="Scrub"
      lead="Every copy in every zone is read and its hash compared; what is damaged or missing is mended from another zone."
      action={
        mayRun && (
          <Button disabled={running} onClick={() => run.mutate()}>
            {running ? 'Scrubbing…' : 'Scrub now'}
          </Button>
        )
      }
    >
      {run.isError && <FailureNotice error={run.error} onRetry={() => run.mutate()} />}
      {running && (
        <div role="status" className="mb-3">
          <div className="h-0.5 overflow-hidden">
            <div className="sliding-bar" />
          </div>
          <p className="mt-1.5 text-sm text-ink-2">A pass is running; the figures count up to its end.</p>
        </div>
      )}
      {report === undefined && !running && (
        <Empty title="No copy has been read back yet.">
          The first pass comes by itself. Until then nothing here is known to be whole.
        </Empty>
      )}
      {report !== undefined && (
        <>
          {report.finishedMs !== undefined && (
            <p className="mb-2 text-sm text-ink-2">
              Last pass ended <Ago at={report.finishedMs} />
              {report.mended > 0 && <>; the slowest mending took {formatDuration(report.repairMsMax)}</>}.
            </p>
          )}
          {report.away.length > 0 && (
            <div className="mb-3">
              <Notice tone="warn" title={`${report.away.join(', ')} did not answer to the end.`}>
                The copies there are not vouched for by this pass.
              </Notice>
            </div>
          )}
          <Figures report={report} />
          {report.problems.length > 0 && <Problems report={report} />}
        </>
      )}
    </Section>
  );
}
