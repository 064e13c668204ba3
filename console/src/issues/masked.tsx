import { cx } from '../base/class-names.ts';

const MASK = /\[redacted:([a-z0-9-]+):(\d+)\]/g;

/** Where a secret was: which rule found it and how long it was. The secret itself was never written down. */
function MaskChip({ rule, length }: { readonly rule: string; readonly length: string }) {
  return (
    <span
      className="mx-px inline-block rounded-sm border border-dashed border-edge bg-sunk px-1 font-mono text-[0.85em] leading-snug whitespace-nowrap text-ink-2"
      title={`A secret of ${length} characters stood here. The rule ${rule} masked it before anything was stored.`}
    >
      <span aria-hidden="true">▪▪▪ </span>
      <span className="sr-only">masked: </span>
      {rule}
    </span>
  );
}

/** Text with what redaction took out of it as chips. */
export function Masked({ text, className }: { readonly text: string; readonly className?: string }) {
  if (!text.includes('[redacted:')) return className === undefined ? text : <span className={className}>{text}</span>;
  const parts: React.ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(MASK)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(<MaskChip key={match.index} rule={match[1] ?? ''} length={match[2] ?? ''} />);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return <span className={cx(className)}>{parts}</span>;
}

export const hasMask = (text: string): boolean => text.includes('[redacted:');
