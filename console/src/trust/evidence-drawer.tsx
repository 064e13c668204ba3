import { useMay } from '../api/session.ts';
import { useMeasure, useProofs } from '../api/trust.ts';
import type { ProbeStatus, PromiseStatus, Proof } from '../api/types.ts';
import { formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Drawer } from '../parts/dialog.tsx';
import { Mark, PROBE_MARKS, StateWord } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { LatencyChart } from './latency-chart.tsx';
import { Measurements } from './measurements.tsx';
import { ProofsTable } from './proofs-table.tsx';

const PROBE_WORDS = { passed: 'passed', failed: 'failed', stale: 'too old', 'never-run': 'never run' } as const;

function ProbeHead({ probe }: { readonly probe: ProbeStatus }) {
  const mayMeasure = useMay('measure');
  const measure = useMeasure();
  return (
    <>
      <div className="flex items-start justify-between gap-4">
        <div>
          <h3 className="text-md font-semibold">{probe.statement}</h3>
          <p className="mt-0.5 flex flex-wrap items-baseline gap-x-3 text-sm text-ink-2">
            <span className="inline-flex items-baseline gap-1.5 font-medium">
              <Mark state={PROBE_MARKS[probe.state]} className="size-3.5" />
              {PROBE_WORDS[probe.state]}
            </span>
            <span>every {formatDuration(probe.cadenceMs)}</span>
            {probe.lastProof !== undefined && (
              <span>
                last <Ago at={probe.lastProof.startedAtMs} />
              </span>
            )}
            {probe.nextRunMs !== undefined && (
              <span>
                next <Ago at={probe.nextRunMs} />
              </span>
            )}
            <code className="text-xs text-ink-3">{probe.id}</code>
          </p>
        </div>
        {mayMeasure && (
          <Button disabled={measure.isPending} onClick={() => measure.mutate(probe.id)}>
            {measure.isPending ? 'Measuring…' : 'Measure now'}
          </Button>
        )}
      </div>
      {measure.isError && (
        <div className="mt-2">
          <FailureNotice error={measure.error} />
        </div>
      )}
    </>
  );
}

function ProbeEvidence({ probe, proofs }: { readonly probe: ProbeStatus; readonly proofs: readonly Proof[] }) {
  const own = proofs.filter((proof) => proof.probe === probe.id);
  const last = own[0] ?? probe.lastProof;
  return (
    <section className="mb-8 border-t-2 border-ink pt-3">
      <ProbeHead probe={probe} />
      {last === undefined ? (
        <div className="mt-3">
          <Empty title="This has not been measured yet.">
            {probe.nextRunMs === undefined ? (
              'It runs when what it measures is set up.'
            ) : (
              <>
                The first measurement comes <Ago at={probe.nextRunMs} />.
              </>
            )}
          </Empty>
        </div>
      ) : (
        <>
          <Measurements proof={last} />
          {own.length > 1 && <LatencyChart proofs={own} />}
          <ProofsTable proofs={own} />
        </>
      )}
    </section>
  );
}

function Evidence({ promise }: { readonly promise: PromiseStatus }) {
  const proofs = useProofs(promise.id);
  if (proofs.isPending) return <BoneRows rows={8} label="the proofs" />;
  if (proofs.isError) return <FailureNotice error={proofs.error} onRetry={() => void proofs.refetch()} />;
  if (promise.probes.length === 0)
    return (
      <Empty title="Nothing in this installation measures this promise yet.">
        It stays unproven until a part of Holdfast that measures it is set up. Nothing is green by default.
      </Empty>
    );
  return promise.probes.map((probe) => <ProbeEvidence key={probe.id} probe={probe} proofs={proofs.data.proofs} />);
}

/** Why a promise has its state: each measurement, its history, and the raw rows. */
export function EvidenceDrawer({
  promise,
  onClose,
}: {
  readonly promise: PromiseStatus;
  readonly onClose: () => void;
}) {
  return (
    <Drawer open onOpenChange={onClose} title={`${promise.id} ${promise.title}`} description={promise.sentence}>
      <div className="mb-6 flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
        <StateWord state={promise.state} />
        <p className="text-ink-2">{promise.reason}</p>
      </div>
      <Evidence promise={promise} />
    </Drawer>
  );
}
