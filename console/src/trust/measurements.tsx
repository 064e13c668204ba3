import type { Proof } from '../api/types.ts';
import { formatMeasurement } from '../base/format.ts';

/** The figures of one proof, each with its unit and its exact value on hover. */
export function Measurements({ proof }: { readonly proof: Proof }) {
  const entries = Object.entries(proof.measurements);
  return (
    <>
      <p className="mt-3 text-md">{proof.summary}</p>
      {entries.length > 0 && (
        <dl className="mt-3 grid grid-cols-2 gap-x-6 border-t border-line sm:grid-cols-3">
          {entries.map(([name, value]) => {
            const { label, text } = formatMeasurement(name, value);
            return (
              <div key={name} className="border-b border-line py-1.5" title={`${name}: ${value}`}>
                <dt className="text-xs text-ink-3 first-letter:uppercase">{label}</dt>
                <dd className="text-md font-semibold break-words">{text}</dd>
              </div>
            );
          })}
        </dl>
      )}
    </>
  );
}
