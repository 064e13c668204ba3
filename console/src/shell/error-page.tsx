import { Link } from '@tanstack/react-router';
import { FailureNotice } from '../parts/notice.tsx';

/** What is left when a page breaks: what to do, and the text to report. */
export function ErrorPage({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  return (
    <div className="mx-auto max-w-[680px] px-5 py-12">
      <h1 className="mb-4 border-b-2 border-ink pb-3 text-xl">This page could not be shown</h1>
      <FailureNotice error={error} onRetry={reset ?? (() => location.reload())} />
    </div>
  );
}

export function NotFoundPage() {
  return (
    <div className="mx-auto max-w-[680px] px-5 py-12">
      <h1 className="mb-4 border-b-2 border-ink pb-3 text-xl">There is no such page</h1>
      <p className="text-ink-2">
        The address may be mistyped or from another version. Begin at{' '}
        <Link to="/trust" className="text-accent underline">
          Trust
        </Link>{' '}
        or press Ctrl K.
      </p>
    </div>
  );
}
