import { useSearch } from '@tanstack/react-router';
import { useTrust } from '../api/trust.ts';
import type { Trust } from '../api/types.ts';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { Bone, BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { EvidenceDrawer } from './evidence-drawer.tsx';
import { Headline } from './headline.tsx';
import { PromiseRow } from './promise-row.tsx';

function Waiting() {
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8">
      <h1 className="sr-only">Trust</h1>
      <Bone className="mb-3 h-16 w-40" />
      <Bone className="mb-8 w-72" />
      <BoneRows rows={17} label="the promises" />
    </div>
  );
}

function Promises({ trust, onOpen }: { readonly trust: Trust; readonly onOpen: (promise: string) => void }) {
  return (
    <ol className="border-t-2 border-ink">
      {trust.promises.map((promise) => (
        <PromiseRow key={promise.id} promise={promise} onOpen={() => onOpen(promise.id)} />
      ))}
    </ol>
  );
}

/** Are we keeping our promises? The page itself, live. */
export function TrustPage() {
  useTitle('Trust');
  const trust = useTrust();
  const change = useChangeSearch();
  const { promise: openId } = useSearch({ strict: false }) as { readonly promise?: string };
  if (trust.isPending) return <Waiting />;
  if (trust.data === undefined)
    return (
      <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8">
        <h1 className="mb-4 text-xl">The state of the promises is not known</h1>
        <FailureNotice error={trust.error} onRetry={() => void trust.refetch()} />
      </div>
    );
  const openPromise = trust.data.promises.find(({ id }) => id === openId);
  const open = (promise: string | undefined): void => change({ promise, proof: undefined });
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8 print:max-w-none print:px-0 print:py-4">
      {trust.isError && (
        <div className="mb-4">
          <FailureNotice error={trust.error} onRetry={() => void trust.refetch()} />
        </div>
      )}
      <Headline trust={trust.data} onOpen={open} />
      <Promises trust={trust.data} onOpen={open} />
      {openPromise !== undefined && <EvidenceDrawer promise={openPromise} onClose={() => open(undefined)} />}
    </div>
  );
}
