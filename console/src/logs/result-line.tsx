import { Download, PanelLeft } from 'lucide-react';
import type { QueryResult } from '../api/types.ts';
import { formatBytes, formatCount, formatDuration, formatPlural, formatShortCount } from '../base/format.ts';
import { useLate } from '../base/now.ts';
import { setPreferences, usePreferences } from '../base/preferences.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { download } from './download.ts';
import { isRecords } from './is-records.ts';
import { toCsv, toJson, toNdjson } from './rows-as-text.ts';
import type { QueryRun } from './use-query-run.ts';

/** While a query runs longer than a moment: what it has read, how fast, since when. */
export function ProgressLine({ run }: { readonly run: QueryRun }) {
  const late = useLate(run.running);
  const statistics = run.progress?.statistics;
  const perSecond = statistics === undefined ? 0 : (statistics.bytesScanned / Math.max(statistics.elapsedMs, 1)) * 1000;
  return (
    <div className="h-0.5 overflow-hidden">
      {late && (
        <>
          <div className="sliding-bar" />
          <p role="status" className="sr-only">
            Running
            {statistics !== undefined &&
              `, ${formatBytes(statistics.bytesScanned)} read, ${formatBytes(perSecond)} per second`}
          </p>
        </>
      )}
    </div>
  );
}

function Export({ result }: { readonly result: QueryResult }) {
  const rows = result.rows;
  return (
    <Menu
      align="end"
      trigger={
        <Button small disabled={rows.length === 0}>
          <Download size={13} /> Export
        </Button>
      }
    >
      <MenuItem onSelect={() => download('holdfast-logs.csv', 'text/csv', toCsv(result))}>CSV</MenuItem>
      <MenuItem onSelect={() => download('holdfast-logs.json', 'application/json', toJson(result))}>JSON</MenuItem>
      <MenuItem onSelect={() => download('holdfast-logs.ndjson', 'application/x-ndjson', toNdjson(result))}>
        NDJSON, a record a line
      </MenuItem>
    </Menu>
  );
}

function Figures({ run }: { readonly run: QueryRun }) {
  const late = useLate(run.running);
  const result = run.running && late ? (run.progress ?? run.result) : run.result;
  if (result === undefined) return <p className="h-8" />;
  const { recordsMatched, recordsScanned, bytesScanned, elapsedMs } = result.statistics;
  const perSecond = (bytesScanned / Math.max(elapsedMs, 1)) * 1000;
  return (
    <p className="flex min-w-0 flex-wrap items-baseline gap-x-4 text-sm text-ink-2" role="status">
      <span className="text-ink" title={`${formatCount(recordsMatched)} records match`}>
        <strong className="text-xl leading-8 font-semibold tracking-tight">{formatCount(recordsMatched)}</strong>{' '}
        {recordsMatched === 1 ? 'record' : 'records'}
      </span>
      {isRecords(result) && result.rows.length < recordsMatched && (
        <span>first {formatCount(result.rows.length)} shown</span>
      )}
      {!isRecords(result) && result.rows.length > 0 && <span>in {formatPlural(result.rows.length, 'row')}</span>}
      <span className="text-ink-3" title={`${formatCount(recordsScanned)} records, ${formatCount(bytesScanned)} bytes`}>
        {formatShortCount(recordsScanned)} scanned · {formatBytes(bytesScanned)} · {formatDuration(elapsedMs)}
        {run.running && ` · ${formatBytes(perSecond)}/s`}
      </span>
    </p>
  );
}

/** The most important number, what it cost, and what can be done with the rows. */
export function ResultLine({ run }: { readonly run: QueryRun }) {
  const { facetsOpen } = usePreferences();
  return (
    <div className="flex items-center gap-2 border-b border-line px-3 py-1 md:pr-6">
      <IconButton
        label={facetsOpen ? 'Hide the values' : 'Show the values'}
        aria-pressed={facetsOpen}
        onClick={() => setPreferences({ facetsOpen: !facetsOpen })}
      >
        <PanelLeft size={15} />
      </IconButton>
      <Figures run={run} />
      <div className="flex-1" />
      {run.result !== undefined && <Export result={run.result} />}
    </div>
  );
}
