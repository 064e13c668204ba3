import { Scrollable } from '../parts/scrollable.tsx';
import { Masked } from './masked.tsx';

const SHOWN_MAX = 4000;
/** Longer values scroll by themselves. */
const LINES_MAX = 14;

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value));

/** A value as it was sent: text plain, everything else as JSON, what redaction took as chips. */
export function ValueView({ value }: { readonly value: unknown }) {
  if (value === '') return <span className="text-ink-3">(empty)</span>;
  if (value === null || value === undefined) return <span className="text-ink-3">null</span>;
  const text = textOf(value);
  const isCut = text.length > SHOWN_MAX;
  const shown = (
    <span className="block font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">
      <Masked text={isCut ? text.slice(0, SHOWN_MAX) : text} />
      {isCut && (
        <span className="text-ink-3"> … {text.length - SHOWN_MAX} more characters; the JSON of the event has them</span>
      )}
    </span>
  );
  if (text.split('\n').length <= LINES_MAX) return shown;
  return (
    <Scrollable label="Value" className="max-h-72 overflow-auto">
      {shown}
    </Scrollable>
  );
}

/** Names and values, one below the other. Names can be masked too. */
export function Pairs({
  pairs,
  label,
}: {
  readonly pairs: readonly (readonly [string, unknown])[];
  readonly label: string;
}) {
  return (
    <dl aria-label={label} className="text-sm">
      {pairs.map(([name, value], index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: headers may come twice, so a name is not an identity.
          key={`${name} ${index}`}
          className="grid grid-cols-[minmax(88px,30%)_1fr] gap-3 border-b border-line py-1 last:border-b-0"
        >
          <dt className="font-mono text-xs leading-relaxed break-words text-ink-2">
            <Masked text={name} />
          </dt>
          <dd className="min-w-0">
            <ValueView value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
