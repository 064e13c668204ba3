import type { Durability } from '../api/types.ts';
import { Notice } from '../parts/notice.tsx';
import { Section, TableFrame, Tag } from '../parts/page.tsx';

/** Rounded down: 10.96 is not 11.0. */
export const ninesText = (nines: number): string => (Math.floor(nines * 10 + 1e-9) / 10).toFixed(1);

const SOURCE_TONES: Readonly<Record<string, 'accent' | 'warn'>> = { measured: 'accent', assumed: 'warn' };

/** The figure, whether it is enough, and if not what would be. */
export function NinesHeadline({ durability }: { readonly durability: Durability }) {
  const { reachesEleven, improvements } = durability;
  return (
    <header className="mb-6">
      <h1 className="flex items-end gap-4 leading-none">
        <span className="text-[72px] leading-[0.8] font-semibold tracking-[-0.04em] md:text-[88px]">
          {ninesText(durability.nines)}
        </span>
        <span className="pb-0.5 text-lg leading-snug font-normal text-ink-2">
          nines of durability
          <br />
          <strong className="font-semibold text-ink">
            {reachesEleven ? 'eleven are reached' : 'eleven are not reached'}
          </strong>
        </span>
      </h1>
      <p className="mt-4 max-w-[80ch] text-md text-ink-2">{durability.sentence}</p>
      {!reachesEleven && (
        <div className="mt-3">
          <Notice tone="warn" title="This vault does not keep eleven nines.">
            {improvements.length === 0 ? (
              'No single change would reach them; several are needed together.'
            ) : (
              <>
                What would help, each alone:
                <ul className="list-disc pl-4">
                  {improvements.map((improvement) => (
                    <li key={improvement}>{improvement}</li>
                  ))}
                </ul>
              </>
            )}
          </Notice>
        </div>
      )}
    </header>
  );
}

/** What the figure is made of: no input without its source. */
export function DurabilityInputs({ durability }: { readonly durability: Durability }) {
  return (
    <Section
      title="What the figure rests on"
      lead={`Computed, not counted. One object is lost within a year with probability ${durability.annualLoss.toPrecision(2)}.`}
    >
      <TableFrame label="Inputs of the durability">
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col" className="figure">
                Value
              </th>
              <th scope="col">Source</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {durability.inputs.map((input) => (
              <tr key={input.name}>
                <td className="min-w-40">{input.name}</td>
                <td className="figure font-semibold whitespace-nowrap">{input.text}</td>
                <td>
                  <Tag tone={SOURCE_TONES[input.source] ?? 'plain'}>{input.source}</Tag>
                </td>
                <td className="min-w-56 break-words text-ink-2">{input.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      <h3 className="mt-5 text-sm">What counting alone shows</h3>
      <p className="mt-1 max-w-[80ch] text-sm text-ink-2">{durability.empirical}</p>
    </Section>
  );
}
