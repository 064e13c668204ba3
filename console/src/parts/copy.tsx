import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { cx } from '../base/class-names.ts';
import { Button } from './button.tsx';
import { Scrollable } from './scrollable.tsx';

const SHOWN_MS = 1600;

/** Falls back to a selection when the page is not served from a secure place, where there is no clipboard. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  readonly className?: string;
}

export function CopyButton({ text, label = 'Copy', className }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const handle = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(handle);
  }, [state]);
  const copy = (): void => {
    copyText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  return (
    <Button small className={className} onClick={copy} aria-live="polite">
      {state === 'copied' ? <Check size={13} /> : <Copy size={13} />}
      {state === 'idle' ? label : state === 'copied' ? 'Copied' : 'Select and copy by hand'}
    </Button>
  );
}

interface SnippetProps {
  readonly text: string;
  readonly label: string;
  readonly className?: string;
}

/** A command exactly as it is typed, with its copy button. */
export function Snippet({ text, label, className }: SnippetProps) {
  return (
    <div className={cx('relative border border-line bg-sunk', className)}>
      <Scrollable label={label} className="overflow-x-auto px-3 py-2.5 pr-20">
        <pre className="text-xs leading-relaxed">{text}</pre>
      </Scrollable>
      <CopyButton text={text} className="absolute top-1.5 right-1.5" />
    </div>
  );
}
