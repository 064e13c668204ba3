import { useState } from 'react';
import type { EventException, EventView, Stacktrace } from '../api/issue-types.ts';
import { formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Tag } from '../parts/page.tsx';
import { Scrollable } from '../parts/scrollable.tsx';
import { FrameView } from './frame-view.tsx';
import { Masked } from './masked.tsx';
import { Choice, Part } from './part.tsx';
import { chainText, exceptionText, linesOf, type PlacedFrame, placeFrames, type StackLine } from './stack.ts';

interface TraceChoice {
  readonly frames: 'app' | 'all' | 'text';
  readonly order: 'newest' | 'oldest';
  readonly code: 'mapped' | 'minified';
}

function Folded({ frames }: { readonly frames: readonly PlacedFrame[] }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return frames.map((placed) => <FrameView key={placed.index} placed={placed} isOpenAtFirst={false} />);
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        className="w-full px-2 py-1 pl-[27px] text-left text-xs text-ink-3 hover:bg-sunk hover:text-ink"
        onClick={() => setOpen(true)}
      >
        {formatPlural(frames.length, 'frame')} of libraries
      </button>
    </li>
  );
}

const lineKey = (line: StackLine): string =>
  line.type === 'frame' ? `frame ${line.placed.index}` : `folded ${line.frames[0]?.index}`;

/** Calls of one trace. The one nearest to where it happened that is of the application stands open. */
export function TraceView({
  trace,
  inApp,
  choice,
}: {
  readonly trace: Stacktrace;
  readonly inApp: readonly boolean[] | undefined;
  readonly choice: Pick<TraceChoice, 'frames' | 'order'>;
}) {
  const placed = placeFrames(trace, inApp);
  const relevant = placed.findLast(({ isInApp }) => isInApp) ?? placed.at(-1);
  const oldestFirst = linesOf(placed, choice.frames === 'all');
  const lines = choice.order === 'newest' ? oldestFirst.toReversed() : oldestFirst;
  if (placed.length === 0) return <p className="text-sm text-ink-3">This trace has no frames.</p>;
  return (
    <ol className="border border-line">
      {lines.map((line) =>
        line.type === 'folded' ? (
          <Folded key={lineKey(line)} frames={choice.order === 'newest' ? line.frames.toReversed() : line.frames} />
        ) : (
          <FrameView key={lineKey(line)} placed={line.placed} isOpenAtFirst={line.placed.index === relevant?.index} />
        ),
      )}
      {trace.framesOmitted !== undefined && (
        <li className="px-2 py-1 pl-[27px] text-xs text-ink-3">
          The SDK left out {formatPlural(trace.framesOmitted[1] - trace.framesOmitted[0], 'frame')}.
        </li>
      )}
    </ol>
  );
}

function Mechanism({ exception }: { readonly exception: EventException }) {
  const { mechanism, module } = exception;
  return (
    <p className="mt-0.5 mb-2 flex flex-wrap items-center gap-1.5 text-xs text-ink-3">
      {mechanism.handled === false && <Tag tone="warn">unhandled</Tag>}
      {mechanism.handled === true && <Tag>handled</Tag>}
      {mechanism.isExceptionGroup && <Tag>group</Tag>}
      {mechanism.type !== '' && <span>by {mechanism.type}</span>}
      {mechanism.source !== undefined && <span className="font-mono">{mechanism.source}</span>}
      {module !== '' && <span className="font-mono">{module}</span>}
    </p>
  );
}

function OneException({
  exception,
  isCause,
  inApp,
  choice,
}: {
  readonly exception: EventException;
  readonly isCause: boolean;
  readonly inApp: readonly boolean[] | undefined;
  readonly choice: TraceChoice;
}) {
  const [isOpen, setOpen] = useState(!isCause);
  const isMinified = choice.code === 'minified' && exception.rawStacktrace !== undefined;
  const trace = isMinified ? exception.rawStacktrace : exception.stacktrace;
  const shown = trace === undefined ? exception : { ...exception, stacktrace: trace };
  return (
    <article className="mb-4 last:mb-0">
      {isCause && <p className="mb-0.5 text-xs text-ink-3">caused by</p>}
      <h3 className="text-md break-words">
        <Masked text={exception.type === '' ? exception.value : exception.type} className="font-semibold" />
      </h3>
      {exception.type !== '' && exception.value !== '' && (
        <p className="mt-0.5 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap text-ink-2">
          <Masked text={exception.value} />
        </p>
      )}
      <Mechanism exception={exception} />
      {trace !== undefined && !isOpen && (
        <Button small onClick={() => setOpen(true)}>
          Show its {formatPlural(trace.frames.length, 'frame')}
        </Button>
      )}
      {trace !== undefined &&
        isOpen &&
        (choice.frames === 'text' ? (
          <Scrollable label="Stack trace as text" className="overflow-x-auto border border-line bg-sunk px-3 py-2">
            <pre className="text-xs leading-relaxed">
              <Masked text={exceptionText(shown)} />
            </pre>
          </Scrollable>
        ) : (
          <TraceView trace={trace} inApp={isMinified ? undefined : inApp} choice={choice} />
        ))}
    </article>
  );
}

function TraceChoices({
  choice,
  hasRaw,
  text,
  onChange,
}: {
  readonly choice: TraceChoice;
  readonly hasRaw: boolean;
  readonly text: string;
  readonly onChange: (choice: TraceChoice) => void;
}) {
  return (
    <div className="flex flex-wrap gap-2">
      {hasRaw && (
        <Choice
          label="Code"
          value={choice.code}
          choices={[
            { value: 'mapped', label: 'Original' },
            { value: 'minified', label: 'Minified' },
          ]}
          onChange={(code) => onChange({ ...choice, code })}
        />
      )}
      <Choice
        label="Frames"
        value={choice.frames}
        choices={[
          { value: 'app', label: 'In app' },
          { value: 'all', label: 'All frames' },
          { value: 'text', label: 'Text' },
        ]}
        onChange={(frames) => onChange({ ...choice, frames })}
      />
      <Choice
        label="Order"
        value={choice.order}
        choices={[
          { value: 'newest', label: 'Newest first' },
          { value: 'oldest', label: 'Oldest first' },
        ]}
        onChange={(order) => onChange({ ...choice, order })}
      />
      <CopyButton text={text} />
    </div>
  );
}

const FIRST: TraceChoice = { frames: 'app', order: 'newest', code: 'mapped' };

/** What was thrown, and what had caused it. */
export function Exceptions({ view }: { readonly view: EventView }) {
  const [choice, setChoice] = useState(FIRST);
  const { exceptions } = view.event;
  if (exceptions.length === 0) return null;
  const hasRaw = exceptions.some(({ rawStacktrace }) => rawStacktrace !== undefined);
  const shown = exceptions.map((exception, index) => ({ exception, index }));
  const newestFirst = choice.order === 'newest' ? shown.toReversed() : shown;
  return (
    <Part
      title={exceptions.length === 1 ? 'Exception' : 'Exceptions'}
      summary={exceptions.length > 1 ? `${exceptions.length} in a chain` : undefined}
      action={<TraceChoices choice={choice} hasRaw={hasRaw} text={chainText(exceptions)} onChange={setChoice} />}
    >
      {newestFirst.map(({ exception, index }, place) => (
        <OneException
          key={`${view.event.eventId} ${index}`}
          exception={exception}
          isCause={choice.order === 'newest' && place > 0}
          inApp={view.grouping.inApp[index]}
          choice={choice}
        />
      ))}
    </Part>
  );
}

/** Threads, or a trace of the event itself, where there is no exception. */
export function Threads({ view }: { readonly view: EventView }) {
  const { threads, stacktrace, exceptions } = view.event;
  const withTrace = threads.filter((thread) => thread.stacktrace !== undefined);
  const first = withTrace.find(({ crashed }) => crashed) ?? withTrace.find(({ current }) => current) ?? withTrace[0];
  const [id, setId] = useState(first?.id);
  const choice = { frames: 'app', order: 'newest' } as const;
  if (withTrace.length === 0) {
    if (stacktrace === undefined) return null;
    return (
      <Part title="Stack trace">
        <TraceView
          trace={stacktrace}
          inApp={exceptions.length === 0 ? view.grouping.inApp[0] : undefined}
          choice={choice}
        />
      </Part>
    );
  }
  const thread = withTrace.find((one) => one.id === id) ?? first;
  return (
    <Part title="Threads" summary={formatPlural(threads.length, 'thread')} isClosed={exceptions.length > 0}>
      <select
        aria-label="Thread"
        className="control mb-2 max-w-full"
        value={thread?.id}
        onChange={(event) => setId(event.target.value)}
      >
        {withTrace.map((one) => (
          <option key={one.id} value={one.id}>
            {one.id} {one.name} {one.crashed ? '(crashed)' : one.current ? '(current)' : ''}
          </option>
        ))}
      </select>
      {thread?.stacktrace !== undefined && (
        <TraceView key={thread.id} trace={thread.stacktrace} inApp={undefined} choice={choice} />
      )}
    </Part>
  );
}
