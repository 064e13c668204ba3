import { SendLogs } from './send-logs.tsx';

/** Before the first record: how to send it. The page turns into results by itself when it comes. */
export function FirstSteps() {
  return (
    <section aria-label="First steps" className="mx-auto w-full max-w-[780px] px-4 py-8">
      <h2 className="border-b-2 border-ink pb-2.5 text-xl leading-tight">No application has sent logs yet</h2>
      <p className="mt-3 mb-5 max-w-[64ch] text-md text-ink-2">
        Send one record with any of these. It is on disk before the command returns, secrets in it are masked before
        that, and this page shows it as soon as it is there.
      </p>
      <SendLogs />
      <p role="status" className="mt-8 flex items-center gap-2.5 border-t border-line pt-4 text-sm text-ink-2">
        <span aria-hidden="true" className="relative flex size-2.5">
          <span className="absolute inline-flex size-full animate-ping rounded-full bg-accent opacity-50 motion-reduce:animate-none" />
          <span className="relative inline-flex size-2.5 rounded-full bg-accent" />
        </span>
        Waiting for the first record…
      </p>
    </section>
  );
}
