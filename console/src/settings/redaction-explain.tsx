import { type FormEvent, useState } from 'react';
import { useExplainRedaction } from '../api/system.ts';
import type { RedactionExplain } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';

const SAMPLE = 'GET /orders 200 authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x6Rk3nNNs3 user=42';

/** The text as it was, with what would be masked marked. */
function Marked({ text, masks }: { readonly text: string; readonly masks: RedactionExplain['masks'] }) {
  const ordered = [...masks].sort((a, b) => a.offset - b.offset);
  const parts: React.ReactNode[] = [];
  let end = 0;
  for (const mask of ordered) {
    if (mask.offset < end) continue;
    parts.push(text.slice(end, mask.offset));
    end = mask.offset + mask.length;
    parts.push(
      <mark key={mask.offset} title={mask.description} className="bg-warn-soft text-warn">
        {text.slice(mask.offset, end)}
      </mark>,
    );
  }
  parts.push(text.slice(end));
  return <>{parts}</>;
}

function Explained({ text, explained }: { readonly text: string; readonly explained: RedactionExplain }) {
  const box = 'border border-line bg-sunk px-3 py-2 text-xs leading-relaxed break-words whitespace-pre-wrap';
  if (explained.masks.length === 0)
    return (
      <Notice tone="plain" role="status" title="Nothing is masked.">
        No rule finds a secret in this text; it would be stored as it is.
      </Notice>
    );
  return (
    <div role="status" className="space-y-3">
      <div>
        <p className="mb-1 text-xs text-ink-3">Found</p>
        <pre className={box}>
          <Marked text={text} masks={explained.masks} />
        </pre>
      </div>
      <div>
        <p className="mb-1 text-xs text-ink-3">Stored</p>
        <pre className={box}>{explained.redacted}</pre>
      </div>
      <ul className="text-sm">
        {explained.masks.map((mask) => (
          <li key={`${mask.offset} ${mask.rule}`}>
            <code>{mask.rule}</code>{' '}
            <span className="text-ink-2">
              {mask.description}, at character {mask.offset + 1}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function ExplainBox() {
  const explain = useExplainRedaction();
  const [text, setText] = useState(SAMPLE);
  const [asked, setAsked] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(text);
    explain.mutate(text);
  };
  return (
    <Section title="Try it" lead="What would be stored of this text? It is not kept.">
      <form onSubmit={submit} className="mb-4">
        <Field label="A line of a log">
          {({ id }) => (
            <textarea
              id={id}
              rows={3}
              className="control w-full font-mono text-xs!"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Button tone="accent" type="submit" disabled={explain.isPending || text === ''}>
          Mask it
        </Button>
      </form>
      {explain.isError && <FailureNotice error={explain.error} />}
      {explain.data !== undefined && <Explained text={asked} explained={explain.data} />}
    </Section>
  );
}
