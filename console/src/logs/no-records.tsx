import type { LogsQuestion } from '../api/logs.ts';
import { formatTime, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { useRange } from '../shell/range-context.tsx';
import { DEFAULT_QUERY } from './query-edit.ts';

const WIDER = [
  { from: '-24h', label: 'Look at the last 24 hours' },
  { from: '-7d', label: 'Look at the last 7 days' },
];

/** Nothing matched: says what was asked, and the ways to ask more widely. */
export function NoRecords({
  question,
  onQuery,
}: {
  readonly question: LogsQuestion;
  readonly onQuery: (query: string) => void;
}) {
  const { zone } = usePreferences();
  const { setRange } = useRange();
  return (
    <div className="m-4 max-w-[72ch] border border-dashed border-line-2 px-5 py-6 text-sm md:mx-6">
      <p className="font-semibold">No record matches.</p>
      <p className="mt-1 text-ink-2">
        Asked from {formatTime(question.startMs, zone)} to {formatTime(question.endMs, zone)} (
        {zoneName(zone, question.endMs)}) in{' '}
        {question.groups.length === 0 ? 'all log groups that you may read' : question.groups.join(', ')}.
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        {WIDER.map(({ from, label }) => (
          <Button key={from} onClick={() => setRange({ from })}>
            {label}
          </Button>
        ))}
        {question.query !== DEFAULT_QUERY && (
          <Button onClick={() => onQuery(DEFAULT_QUERY)}>Take the filters away</Button>
        )}
      </div>
    </div>
  );
}
