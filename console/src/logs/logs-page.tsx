import { useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { type LogsQuestion, useLogGroups, useWords } from '../api/logs.ts';
import type { Cell, QueryMistake } from '../api/types.ts';
import { absoluteRange, type Span } from '../base/time-range.ts';
import { useTitle } from '../parts/page.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { Explorer } from './explorer.tsx';
import { FirstSteps } from './first-steps.tsx';
import { QueryBar } from './query-bar.tsx';
import { addFilter, DEFAULT_QUERY } from './query-edit.ts';
import { useQueryRun } from './use-query-run.ts';

export interface LogsSearch {
  readonly q?: string | undefined;
  readonly group?: readonly string[] | undefined;
}

const NO_GROUPS: readonly string[] = [];
const WATCH_MS = 2000;
/** Holdfast's own groups: they hold records from the first minute on, but not the ones somebody waits for. */
const OWN_GROUPS = '/holdfast/';

/** The question of the address and the time range: the same address asks the same. */
function useQuestion(): LogsQuestion {
  const search = useSearch({ strict: false }) as LogsSearch;
  const { startMs, endMs } = useRange();
  const query = search.q ?? DEFAULT_QUERY;
  const groups = search.group ?? NO_GROUPS;
  const groupsKey = groups.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is new on each render, its text is not.
  return useMemo(() => ({ query, groups, startMs, endMs }), [query, groupsKey, startMs, endMs]);
}

/** True until somebody's own records have arrived: then the page teaches how to send them, and keeps looking. */
function useWaitsForFirst(rows: number | undefined): boolean {
  const [waits, setWaits] = useState<boolean>();
  const groups = useLogGroups(waits === true ? WATCH_MS : undefined);
  const { refresh } = useRange();
  const own = groups.data?.groups.filter(({ name }) => !name.startsWith(OWN_GROUPS)).length;
  useEffect(() => {
    if (own === undefined) return;
    if (waits === undefined) setWaits(own === 0);
    else if (waits && own > 0 && (rows ?? 0) > 0) setWaits(false);
  }, [waits, own, rows]);
  useEffect(() => {
    if (waits !== true || (own ?? 0) === 0 || (rows ?? 0) > 0) return;
    refresh();
    const handle = setInterval(refresh, WATCH_MS);
    return () => clearInterval(handle);
  }, [waits, own, rows, refresh]);
  return waits === true;
}

/** What broke, since when, what changed? Query, histogram, records, values: each leads to the next by a click. */
export function LogsPage() {
  useTitle('Logs');
  const question = useQuestion();
  const { generation, refresh, setRange } = useRange();
  const change = useChangeSearch();
  const [draft, setDraft] = useState(question.query);
  const [mistakes, setMistakes] = useState<readonly QueryMistake[]>([]);
  const words = useWords(question);
  const run = useQueryRun(question, generation);
  const isOwnRow = run.result?.rows.filter((row) => !String(row['@log'] ?? '').startsWith(OWN_GROUPS)).length;
  const waitsForFirst = useWaitsForFirst(isOwnRow);

  useEffect(() => setDraft(question.query), [question.query]);
  const ask = (query: string, span?: Span): void => {
    setDraft(query);
    if (query === question.query && span === undefined) refresh();
    else change({ q: query === DEFAULT_QUERY ? undefined : query, ...(span === undefined ? {} : absoluteRange(span)) });
  };
  const filter = (field: string, value: Cell, out: boolean): void => ask(addFilter(draft, { field, value, out }));
  return (
    <div className="flex flex-col lg:h-[calc(100dvh-var(--bar-height))]">
      <h1 className="sr-only">Logs</h1>
      <QueryBar
        draft={draft}
        onDraft={setDraft}
        onRun={() => ask(draft)}
        groups={question.groups}
        onGroups={(group) => change({ group: group.length === 0 ? undefined : group })}
        words={words.data}
        mistakes={mistakes}
        onMistakes={setMistakes}
        run={run}
      />
      {waitsForFirst ? (
        <FirstSteps />
      ) : (
        <Explorer
          question={question}
          run={run}
          hasMistakes={mistakes.length > 0}
          onFilter={filter}
          onQuery={ask}
          onSpan={(span) => setRange(absoluteRange(span))}
        />
      )}
    </div>
  );
}
