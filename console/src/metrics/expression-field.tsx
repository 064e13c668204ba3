import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import { ApiFailure } from '../api/client.ts';
import { askSeries } from '../api/metrics.ts';
import { cx } from '../base/class-names.ts';
import { useRange } from '../shell/range-context.tsx';
import { type Line, queriesOf } from './lines.ts';

const PAUSE_MS = 250;

/** The text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const handle = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(handle);
  }, [text]);
  return useDeferredValue(settled);
}

/** What is wrong with an expression, asked of the server over the last moments only. */
function useMistake(line: Line, text: string, lines: readonly Line[], periodSeconds: number) {
  const { endMs } = useRange();
  const settled = useSettled(text);
  const shownLine: Line = { type: 'expression', id: line.id, shown: true, expression: settled };
  const all = lines.map((one) => (one.id === line.id ? shownLine : { ...one, shown: false }));
  const queries = queriesOf(all, periodSeconds);
  const check = useQuery({
    queryKey: ['expression-check', queries],
    queryFn: ({ signal }) => askSeries({ queries, fromMs: endMs - periodSeconds * 1000, toMs: endMs }, signal),
    enabled: settled.trim() !== '',
    retry: false,
    staleTime: 60_000,
  });
  const settledNow = settled === text && !check.isFetching;
  return { error: settledNow ? check.error : null, isGood: settledNow && check.isSuccess && text.trim() !== '' };
}

export interface ExpressionFieldProps {
  readonly line: Extract<Line, { readonly type: 'expression' }>;
  readonly lines: readonly Line[];
  readonly periodSeconds: number;
  readonly onChange: (expression: string) => void;
}

/** Metric math as it is typed: drawn as soon as it can be computed, and told what stands in the way until then. */
export function ExpressionField({ line, lines, periodSeconds, onChange }: ExpressionFieldProps) {
  const [text, setText] = useState(line.expression);
  const { error, isGood } = useMistake(line, text, lines, periodSeconds);
  useEffect(() => setText(line.expression), [line.expression]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a text that has become good is taken over.
  useEffect(() => {
    if (isGood && text !== line.expression) onChange(text);
  }, [isGood, text]);
  const mistake = error instanceof ApiFailure ? error : undefined;
  const mistakeId = `mistake-${line.id}`;
  return (
    <div className="min-w-64">
      <input
        className={cx('control w-full font-mono text-xs')}
        aria-label={`Expression ${line.id}`}
        aria-invalid={mistake !== undefined}
        aria-describedby={mistake === undefined ? undefined : mistakeId}
        spellCheck={false}
        autoComplete="off"
        value={text}
        placeholder="100 * m2 / m1"
        onChange={(event) => setText(event.target.value)}
      />
      {mistake !== undefined && (
        <p id={mistakeId} className="mt-1 max-w-[70ch] text-xs">
          <span className="font-medium text-broken">{mistake.message}.</span>{' '}
          <span className="text-ink-2">{mistake.hint}.</span>
        </p>
      )}
    </div>
  );
}
