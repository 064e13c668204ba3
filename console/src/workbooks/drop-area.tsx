import { FileUp } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { cx } from '../base/class-names.ts';

/** Takes a file that is dropped on it or chosen in it. */
export function DropArea({ label, onFile }: { readonly label: string; readonly onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <label
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx(
        'no-print flex cursor-pointer flex-wrap items-center justify-center gap-x-3 gap-y-1 border border-dashed px-5 py-5 text-sm has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent',
        over ? 'border-accent bg-accent-soft' : 'border-edge hover:bg-sunk',
      )}
    >
      <FileUp size={18} className="text-accent" aria-hidden="true" />
      <span>
        <strong className="font-semibold">{label}</strong>, or <span className="text-accent underline">choose one</span>
      </span>
      <span className="text-ink-3">up to 500 MiB, any spreadsheet format</span>
      <input
        type="file"
        className="sr-only"
        onChange={(event) => {
          take(event.target.files);
          event.target.value = '';
        }}
      />
    </label>
  );
}
