import { Play, Square } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { QueryMistake, QueryWords } from '../api/types.ts';
import { useLate } from '../base/now.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Words } from '../parts/notice.tsx';
import { useRange } from '../shell/range-context.tsx';
import { absoluteAddress } from './address.ts';
import type { EditorHandle } from './editor/query-editor.tsx';
import { GroupPicker } from './group-picker.tsx';
import { SendLogs } from './send-logs.tsx';
import type { QueryRun } from './use-query-run.ts';

const QueryEditor = lazy(() => import('./editor/query-editor.tsx').then((module) => ({ default: module.QueryEditor })));

export interface QueryBarProps {
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
  readonly onRun: () => void;
  readonly groups: readonly string[];
  readonly onGroups: (groups: readonly string[]) => void;
  readonly words: QueryWords | undefined;
  readonly mistakes: readonly QueryMistake[];
  readonly onMistakes: (mistakes: readonly QueryMistake[]) => void;
  readonly run: QueryRun;
}

/** The same box and text before the editor has been loaded. */
function EditorPlace({ text }: { readonly text: string }) {
  return <pre className="min-h-[74px] px-3 py-2 text-sm leading-[1.6] whitespace-pre-wrap">{text}</pre>;
}

function Mistakes({
  mistakes,
  onGo,
}: {
  readonly mistakes: readonly QueryMistake[];
  readonly onGo: (offset: number) => void;
}) {
  return (
    <ul aria-live="polite" className="text-sm">
      {mistakes.map((mistake) => (
        <li
          key={`${mistake.offset} ${mistake.message}`}
          className="flex flex-wrap items-baseline gap-x-3 border-l-4 border-l-broken bg-broken-soft px-3 py-1.5"
        >
          <button
            type="button"
            onClick={() => onGo(mistake.offset)}
            className="font-mono text-xs text-broken underline underline-offset-2"
          >
            {mistake.line}:{mistake.column}
          </button>
          <span className="font-medium first-letter:uppercase">
            <Words text={mistake.message} />.
          </span>
          <span className="text-ink-2 first-letter:uppercase">
            <Words text={mistake.hint} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Actions({ run, onRun }: Pick<QueryBarProps, 'run' | 'onRun'>) {
  const late = useLate(run.running);
  const range = useRange();
  const [sending, setSending] = useState(false);
  return (
    <>
      <div className="flex-1" />
      <Button tone="quiet" className="hidden! sm:inline-flex!" onClick={() => setSending(true)}>
        Send logs
      </Button>
      <CopyButton className="hidden! h-[30px]! sm:inline-flex!" label="Copy link" text={absoluteAddress(range)} />
      {late ? (
        <Button onClick={run.cancel} className="w-[92px] md:w-[116px]">
          <Square size={12} /> Cancel
        </Button>
      ) : (
        <Button tone="accent" onClick={onRun} className="w-[92px] md:w-[116px]" title="Run the query (Ctrl Enter)">
          <Play size={13} /> Run <kbd className="hidden text-2xs opacity-80 md:inline">Ctrl ⏎</kbd>
        </Button>
      )}
      <Dialog open={sending} onOpenChange={setSending} wide title="Send logs to Holdfast">
        <SendLogs />
      </Dialog>
    </>
  );
}

/** What is asked: groups, query, and the mistakes in it, in place. */
export function QueryBar(props: QueryBarProps) {
  const handle = useRef<EditorHandle>(null);
  return (
    <section aria-label="Query" className="border-b border-line px-3 pt-3 pb-2 md:px-6">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <GroupPicker chosen={props.groups} onChange={props.onGroups} />
        <Actions run={props.run} onRun={props.onRun} />
      </div>
      <div className="border border-edge bg-sheet">
        <Suspense fallback={<EditorPlace text={props.draft} />}>
          <QueryEditor
            value={props.draft}
            onChange={props.onDraft}
            onRun={props.onRun}
            onMistakes={props.onMistakes}
            words={props.words}
            handle={handle}
          />
        </Suspense>
      </div>
      {props.mistakes.length > 0 && (
        <Mistakes mistakes={props.mistakes} onGo={(offset) => handle.current?.goTo(offset)} />
      )}
    </section>
  );
}
