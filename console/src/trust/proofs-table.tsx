import { useSearch } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import type { Proof } from '../api/types.ts';
import { formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { Mark } from '../parts/mark.tsx';
import { Moment } from '../parts/moment.tsx';
import { TableFrame } from '../parts/page.tsx';
import { useChangeSearch } from '../shell/go.ts';

const SHOWN_FIRST = 8;

function Raw({ proof }: { readonly proof: Proof }) {
  return (
    <tr>
      <td colSpan={4} className="bg-paper">
        <div className="mb-1.5 flex justify-end gap-1.5">
          <CopyButton text={location.href} label="Copy the address" />
          <CopyButton text={JSON.stringify(proof, null, 2)} label="Copy the JSON" />
        </div>
        <JsonView value={proof} label={`Proof ${proof.id}`} />
      </td>
    </tr>
  );
}

function ProofRow({
  proof,
  open,
  onToggle,
}: {
  readonly proof: Proof;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <tr>
      <td className="whitespace-nowrap">
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="font-mono text-xs text-accent underline decoration-line-2 underline-offset-2"
        >
          <Moment at={proof.startedAtMs} />
        </button>
      </td>
      <td>
        <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
          <Mark state={proof.passed ? 'proven' : 'broken'} className="size-3.5" />
          {proof.passed ? 'passed' : 'failed'}
        </span>
      </td>
      <td className="figure whitespace-nowrap" title={`${proof.durationMs} ms`}>
        {formatDuration(proof.durationMs)}
      </td>
      <td className="min-w-48 text-ink-2">{proof.summary}</td>
    </tr>
  );
}

/** Every proof as it was recorded; its raw form opens in place and has an address. */
export function ProofsTable({ proofs }: { readonly proofs: readonly Proof[] }) {
  const { proof: openId } = useSearch({ strict: false }) as { readonly proof?: string };
  const change = useChangeSearch();
  const [all, setAll] = useState(false);
  const shown = all ? proofs : proofs.filter((proof, index) => index < SHOWN_FIRST || proof.id === openId);
  return (
    <div className="mt-4">
      <TableFrame label="Proofs">
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">Measured</th>
              <th scope="col">Result</th>
              <th scope="col" className="figure">
                Took
              </th>
              <th scope="col">Summary</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((proof) => {
              const open = proof.id === openId;
              return (
                <Fragment key={proof.id}>
                  <ProofRow
                    proof={proof}
                    open={open}
                    onToggle={() => change({ proof: open ? undefined : proof.id }, true)}
                  />
                  {open && <Raw proof={proof} />}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </TableFrame>
      {!all && proofs.length > SHOWN_FIRST && (
        <Button small tone="quiet" className="mt-2" onClick={() => setAll(true)}>
          Show all {proofs.length}
        </Button>
      )}
    </div>
  );
}
