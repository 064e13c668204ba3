import { useCallback, useEffect, useRef, useState } from 'react';
import { type LogsQuestion, runQuery } from '../api/logs.ts';
import type { QueryResult } from '../api/types.ts';

export interface QueryRun {
  readonly running: boolean;
  /** State of the running query, when it has reported one. */
  readonly progress: QueryResult | undefined;
  /** The last answer; stays while the next one is on its way, so that the page does not blink. */
  readonly result: QueryResult | undefined;
  /** The question that `result` answers. */
  readonly answered: LogsQuestion | undefined;
  readonly failure: unknown;
  readonly cancelled: boolean;
  readonly cancel: () => void;
}

type State = Omit<QueryRun, 'cancel'>;
const IDLE: State = {
  running: false,
  progress: undefined,
  result: undefined,
  answered: undefined,
  failure: undefined,
  cancelled: false,
};

/** Runs the question whenever it or the generation changes; a newer run stops the older one. */
export function useQueryRun(question: LogsQuestion, generation: number): QueryRun {
  const [state, setState] = useState<State>(IDLE);
  const abort = useRef<AbortController>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the generation is what asks for a new run of the same question.
  useEffect(() => {
    const controller = new AbortController();
    abort.current = controller;
    setState((old) => ({ ...old, running: true, progress: undefined, failure: undefined, cancelled: false }));
    runQuery(question, controller.signal, (progress) => {
      if (!controller.signal.aborted) setState((old) => ({ ...old, progress }));
    }).then(
      (result) => {
        if (!controller.signal.aborted) setState({ ...IDLE, result, answered: question });
      },
      (failure: unknown) => {
        if (!controller.signal.aborted) setState({ ...IDLE, failure });
      },
    );
    return () => controller.abort();
  }, [question, generation]);
  const cancel = useCallback(() => {
    abort.current?.abort();
    setState((old) => ({ ...old, running: false, progress: undefined, cancelled: true }));
  }, []);
  return { ...state, cancel };
}
