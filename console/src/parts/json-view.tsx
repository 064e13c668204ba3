import type { ReactNode } from 'react';
import { Scrollable } from './scrollable.tsx';

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const HIGHLIGHT_CHARS_MAX = 40_000;

function tokens(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    const [whole, quoted, colon] = match;
    const kind = quoted === undefined ? 'text-[var(--series-2)]' : colon === undefined ? 'text-ink' : 'text-accent';
    parts.push(
      <span key={match.index} className={kind}>
        {quoted ?? whole}
      </span>,
    );
    if (colon !== undefined) parts.push(colon);
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}

/** Pretty JSON with quiet colours; very long texts stay plain, because colouring them would block the page. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <Scrollable label={label} className="max-h-[420px] overflow-auto border border-line bg-sunk px-3 py-2">
      <pre className="text-xs leading-relaxed">{text.length > HIGHLIGHT_CHARS_MAX ? text : tokens(text)}</pre>
    </Scrollable>
  );
}
