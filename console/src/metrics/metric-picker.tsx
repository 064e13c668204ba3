import { Check, ChevronRight, CornerLeftUp } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { type MetricScope, useMetricList, useNamespaces } from '../api/metrics.ts';
import type { Metric } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { dimensionsText } from './lines.ts';

const SHOWN_MAX = 80;

interface Option {
  readonly key: string;
  readonly label: string;
  readonly beside: string;
  readonly act:
    | { readonly type: 'enter'; readonly scope: MetricScope }
    | { readonly type: 'pick'; readonly metric: Metric };
}

export interface MetricPickerProps {
  readonly onPick: (metric: Metric) => void;
  readonly isPicked: (metric: Metric) => boolean;
  readonly autoFocus?: boolean;
}

const pickOption = (metric: Metric, isWhole: boolean): Option => {
  const dimensions = dimensionsText(metric.dimensions);
  return {
    key: JSON.stringify([metric.namespace, metric.name, metric.unit, metric.dimensions]),
    label: isWhole
      ? `${metric.namespace} ${metric.name} ${dimensions}`
      : dimensions === ''
        ? 'no dimensions'
        : dimensions,
    beside: metric.unit === 'None' ? '' : metric.unit,
    act: { type: 'pick', metric },
  };
};

function optionsOf(
  scope: MetricScope,
  words: readonly string[],
  known: { readonly namespaces: readonly string[]; readonly metrics: readonly Metric[] },
): readonly Option[] {
  if (words.length > 0)
    return known.metrics
      .map((metric) => pickOption(metric, scope.name === undefined))
      .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  if (scope.name !== undefined) return known.metrics.map((metric) => pickOption(metric, false));
  if (scope.namespace === undefined)
    return known.namespaces.map((namespace) => ({
      ...{ key: namespace, label: namespace, beside: '' },
      act: { type: 'enter', scope: { namespace } },
    }));
  const counts = new Map<string, number>();
  for (const { name } of known.metrics) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => ({
      ...{ key: name, label: name, beside: count === 1 ? '' : `${formatCount(count)} sets of dimensions` },
      act: { type: 'enter', scope: { ...scope, name } },
    }));
}

const above = (scope: MetricScope): MetricScope => (scope.name === undefined ? {} : { namespace: scope.namespace });

/** Where the list stands: each step up is a button. */
function Path({ scope, onScope }: { readonly scope: MetricScope; readonly onScope: (scope: MetricScope) => void }) {
  if (scope.namespace === undefined) return null;
  return (
    <div className="flex min-w-0 items-center gap-1 border-b border-line px-2 py-1 text-xs text-ink-2">
      <Button small tone="quiet" onClick={() => onScope(above(scope))} aria-label="One step up">
        <CornerLeftUp size={13} />
      </Button>
      <span className="truncate font-mono">{scope.namespace}</span>
      {scope.name !== undefined && (
        <>
          <ChevronRight size={12} className="shrink-0" />
          <span className="truncate font-mono">{scope.name}</span>
        </>
      )}
    </div>
  );
}

interface ListProps {
  readonly id: string;
  readonly options: readonly Option[];
  readonly active: number;
  readonly isPicked: (metric: Metric) => boolean;
  readonly onAct: (option: Option) => void;
  readonly onActive: (index: number) => void;
}

function OptionList({ id, options, active, isPicked, onAct, onActive }: ListProps) {
  return (
    <div
      role="listbox"
      id={id}
      aria-label="Metrics"
      aria-multiselectable="true"
      className="max-h-[min(340px,50dvh)] overflow-auto p-1"
    >
      {options.map((option, index) => {
        const picked = option.act.type === 'pick' && isPicked(option.act.metric);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the input that keeps the focus (combobox pattern).
          <div
            key={option.key}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={picked}
            ref={index === active ? (element) => element?.scrollIntoView({ block: 'nearest' }) : null}
            onClick={() => onAct(option)}
            onMouseMove={() => onActive(index)}
            className={cx(
              'flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm',
              index === active && 'bg-accent-soft',
            )}
          >
            <span className="w-3.5 shrink-0 text-accent">{picked && <Check size={14} />}</span>
            <span className="min-w-0 flex-1 break-words font-mono text-xs">{option.label}</span>
            <span className="text-xs whitespace-nowrap text-ink-3">{option.beside}</span>
            {option.act.type === 'enter' && <ChevronRight size={13} className="shrink-0 text-ink-3" />}
          </div>
        );
      })}
    </div>
  );
}

/** What there is to choose from, at this place and with these words. */
function useOptions(scope: MetricScope, text: string) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const namespaces = useNamespaces();
  const needsMetrics = scope.namespace !== undefined || words.length > 0;
  const list = useMetricList(scope, needsMetrics);
  const key = words.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list of words is new on each render, its text is not.
  const options = useMemo(
    () =>
      optionsOf(scope, words, {
        namespaces: namespaces.data?.namespaces ?? [],
        metrics: list.data?.metrics ?? [],
      }),
    [scope, key, namespaces.data, list.data],
  );
  return {
    options,
    isPending: needsMetrics ? list.isPending : namespaces.isPending,
    error: list.error ?? namespaces.error,
    more: needsMetrics && list.data?.more === true,
  };
}

/** Namespace, metric, dimensions: by typing words of any of them, or step by step. Enter chooses, Backspace goes up. */
export function MetricPicker({ onPick, isPicked, autoFocus = false }: MetricPickerProps) {
  const id = useId();
  const [scope, setScope] = useState<MetricScope>({});
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const { options, isPending, error, more } = useOptions(scope, text);
  const shown = options.slice(0, SHOWN_MAX);
  const goTo = (next: MetricScope): void => {
    setScope(next);
    setText('');
    setActive(0);
  };
  const act = (option: Option | undefined): void => {
    if (option?.act.type === 'enter') goTo(option.act.scope);
    else if (option !== undefined) onPick(option.act.metric);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setActive((index) => (index + step + shown.length) % Math.max(shown.length, 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      act(shown[active]);
    } else if (event.key === 'Backspace' && text === '' && scope.namespace !== undefined) {
      event.preventDefault();
      goTo(above(scope));
    }
  };
  return (
    <div>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-label="Find a metric"
        aria-activedescendant={shown.length > 0 ? `${id}-${active}` : undefined}
        // biome-ignore lint/a11y/noAutofocus: the box opens because somebody asked for it.
        autoFocus={autoFocus}
        data-search
        value={text}
        placeholder="Find by namespace, name or dimension"
        className="h-10 w-full border-b border-line bg-transparent px-3 text-sm outline-none"
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
      />
      <Path scope={scope} onScope={goTo} />
      {error !== null && <FailureNotice error={error} />}
      {isPending && error === null ? (
        <BoneRows rows={5} label="the metrics" />
      ) : (
        <OptionList {...{ id, active, isPicked }} options={shown} onAct={act} onActive={setActive} />
      )}
      {!isPending && error === null && options.length === 0 && (
        <p className="px-3 pb-3 text-sm text-ink-2">No metric has that in its namespace, name or dimensions.</p>
      )}
      {(options.length > SHOWN_MAX || more) && (
        <p className="border-t border-line px-3 py-1.5 text-xs text-ink-3">
          {options.length > SHOWN_MAX && `${formatPlural(options.length - SHOWN_MAX, 'more match', 'more match')}. `}
          {more && 'There are more metrics than could be read: choose a namespace first.'}
        </p>
      )}
    </div>
  );
}
