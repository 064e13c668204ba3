import type { LogsQuestion } from '../api/logs.ts';
import type { Cell } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { usePreferences } from '../base/preferences.ts';
import type { Span } from '../base/time-range.ts';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useRange } from '../shell/range-context.tsx';
import { Facets } from './facets.tsx';
import { HistogramChart } from './histogram.tsx';
import { isRecords } from './is-records.ts';
import { NoRecords } from './no-records.tsx';
import { RecordTable } from './record-table.tsx';
import { ProgressLine, ResultLine } from './result-line.tsx';
import { StatisticsView } from './statistics-view.tsx';
import type { QueryRun } from './use-query-run.ts';

export type OnFilter = (field: string, value: Cell, out: boolean) => void;

export interface ExplorerProps {
  readonly question: LogsQuestion;
  readonly run: QueryRun;
  readonly hasMistakes: boolean;
  readonly onFilter: OnFilter;
  readonly onQuery: (query: string, span?: Span) => void;
  readonly onSpan: (span: Span) => void;
}

function Trouble({ run, hasMistakes }: Pick<ExplorerProps, 'run' | 'hasMistakes'>) {
  const { refresh } = useRange();
  if (run.cancelled)
    return (
      <Notice tone="plain" role="status" title="Cancelled.">
        The query was stopped in the engine.
      </Notice>
    );
  if (run.failure !== undefined && hasMistakes)
    return (
      <Notice tone="broken" title="The query has a mistake.">
        It is marked above, with what to do.
      </Notice>
    );
  if (run.failure !== undefined) return <FailureNotice error={run.failure} onRetry={refresh} />;
  const result = run.result;
  if (result?.failure !== undefined)
    return (
      <Notice tone="broken" role="alert" title={result.failure.message}>
        {result.failure.hint} <code>{result.failure.code}</code>
      </Notice>
    );
  return result?.status === 'Timeout' ? (
    <Notice tone="warn" role="alert" title="The query ran into its time limit.">
      Choose a shorter time range or fewer log groups. What was found until then is shown.
    </Notice>
  ) : null;
}

function Rows(props: ExplorerProps) {
  const { run } = props;
  const { result, answered } = run;
  if (result === undefined || answered === undefined)
    return run.running ? <BoneRows rows={12} label="the records" /> : null;
  if (result.rows.length === 0 && result.failure === undefined)
    return <NoRecords question={answered} onQuery={props.onQuery} />;
  if (isRecords(result)) return <RecordTable result={result} onFilter={props.onFilter} />;
  return <StatisticsView result={result} question={answered} onQuery={props.onQuery} onSpan={props.onSpan} />;
}

/** Everything below the query: over time, by value, and the rows themselves. */
export function Explorer(props: ExplorerProps) {
  const { question, run } = props;
  const { facetsOpen } = usePreferences();
  return (
    <>
      <HistogramChart question={question} onSpan={props.onSpan} />
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        {facetsOpen && <Facets question={question} onFilter={props.onFilter} />}
        <section
          aria-label="Results"
          aria-busy={run.running}
          className="flex h-[80dvh] min-w-0 flex-col lg:h-auto lg:min-h-0 lg:flex-1"
        >
          <ProgressLine run={run} />
          <ResultLine run={run} />
          <Trouble run={run} hasMistakes={props.hasMistakes} />
          <div className={cx('flex min-h-0 flex-1 flex-col', run.running && 'opacity-60')}>
            <Rows {...props} />
          </div>
        </section>
      </div>
    </>
  );
}
