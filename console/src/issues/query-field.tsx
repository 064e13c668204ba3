import { Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { cx } from '../base/class-names.ts';
import { useKnownValues } from './known-values.ts';
import { complete, type Suggestion, suggestionsFor, tokenAt } from './query-words.ts';

interface QueryFieldProps {
  readonly query: string;
  /** Names of tags that can be asked for too. */
  readonly tags?: readonly string[];
  readonly label: string;
  readonly placeholder: string;
  readonly onQuery: (query: string) => void;
}

function Suggestions({
  id,
  suggestions,
  active,
  onPick,
}: {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly onPick: (suggestion: Suggestion) => void;
}) {
  return (
    <div
      role="listbox"
      id={id}
      aria-label="Ways to go on"
      className="floating absolute top-full left-0 z-30 mt-1 max-h-72 w-full max-w-[460px] overflow-auto p-1"
    >
      {suggestions.map((suggestion, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the input that keeps the focus (combobox pattern).
        <div
          key={suggestion.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(suggestion)}
          className={cx(
            'flex cursor-pointer items-baseline justify-between gap-3 rounded-md px-2 py-1 text-sm hover:bg-sunk',
            index === active && 'bg-accent-soft',
          )}
        >
          <code>{suggestion.text}</code>
          <span className="truncate text-xs text-ink-3">{suggestion.help}</span>
        </div>
      ))}
    </div>
  );
}

/** The query while it is typed, and the ways to go on with the word under the cursor. */
function useCompletion(props: QueryFieldProps) {
  const [text, setText] = useState(props.query);
  const [cursor, setCursor] = useState(props.query.length);
  const [active, setActive] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setText(props.query), [props.query]);
  const token = tokenAt(text, cursor);
  const key = /^!?([\w.-]+):/.exec(token.text)?.[1];
  const values = useKnownValues(isOpen ? key : undefined);
  const suggestions = isOpen ? suggestionsFor(token.text, values, props.tags ?? []) : [];
  const type = (next: string, at: number): void => {
    setText(next);
    setCursor(at);
    setActive(-1);
    setOpen(true);
  };
  return { text, token, suggestions, active, setActive, isOpen, setOpen, type, setCursor };
}

/** Search by `key:value` and text. Completes words; Enter asks. */
export function QueryField(props: QueryFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const at = useCompletion(props);
  const { suggestions, active } = at;
  const submit = (query: string): void => {
    at.setOpen(false);
    props.onQuery(query.trim());
  };
  const pick = (suggestion: Suggestion): void => {
    const next = complete(at.text, at.token, suggestion);
    at.type(next.text, next.cursor);
    at.setOpen(!suggestion.isWhole);
    requestAnimationFrame(() => input.current?.setSelectionRange(next.cursor, next.cursor));
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const chosen = suggestions[active];
    if (step !== 0 && suggestions.length > 0) {
      event.preventDefault();
      at.setActive((active + step + suggestions.length) % suggestions.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) {
      event.preventDefault();
      pick(chosen);
    } else if (event.key === 'Enter') submit(at.text);
    else if (event.key === 'Escape') {
      if (suggestions.length > 0) event.stopPropagation();
      at.setOpen(false);
    }
  };
  return (
    <search className="relative min-w-0 flex-1">
      <Search size={14} aria-hidden="true" className="absolute top-[8px] left-2.5 text-ink-3" />
      <input
        ref={input}
        role="combobox"
        aria-expanded={suggestions.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-list-${active}` : undefined}
        aria-label={props.label}
        placeholder={props.placeholder}
        data-search
        spellCheck={false}
        autoComplete="off"
        className="control w-full pr-8! pl-8! font-mono text-xs!"
        value={at.text}
        onFocus={() => at.setOpen(true)}
        onBlur={() => at.setOpen(false)}
        onSelect={(event) => at.setCursor(event.currentTarget.selectionStart ?? at.text.length)}
        onKeyDown={onKey}
        onChange={(event) => at.type(event.target.value, event.target.selectionStart ?? event.target.value.length)}
      />
      {at.text !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          title="Clear the search"
          className="absolute top-[2px] right-0.5 flex size-[26px] items-center justify-center text-ink-3 hover:text-ink"
          onClick={() => {
            at.type('', 0);
            submit('');
          }}
        >
          <X size={14} />
        </button>
      )}
      {suggestions.length > 0 ? (
        <Suggestions id={`${id}-list`} suggestions={suggestions} active={active} onPick={pick} />
      ) : (
        <div id={`${id}-list`} role="listbox" aria-label="Ways to go on" hidden />
      )}
    </search>
  );
}
