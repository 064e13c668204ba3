import type { ReactNode } from 'react';
import { ApiFailure } from '../api/client.ts';
import { cx } from '../base/class-names.ts';
import { Button } from './button.tsx';

const sentence = (text: string): string => {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
};

/** Text of the server with what stands in backticks as code. */
export function Words({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other identity.
    index % 2 === 0 ? part : <code key={index}>{part}</code>,
  );
}

interface NoticeProps {
  readonly tone: 'broken' | 'warn' | 'plain';
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly role?: 'alert' | 'status';
}

const EDGES = {
  broken: 'border-l-broken bg-broken-soft',
  warn: 'border-l-warn bg-warn-soft',
  plain: 'border-l-line-2 bg-sunk',
};

/** A message in place: what happened and what to do. */
export function Notice({ tone, title, children, action, role }: NoticeProps) {
  return (
    <div role={role} className={cx('flex items-start gap-4 border-l-4 px-3.5 py-2.5 text-sm', EDGES[tone])}>
      <div className="min-w-0 flex-1">
        <p className="font-semibold text-ink">{title}</p>
        {children !== undefined && <div className="mt-0.5 text-ink-2">{children}</div>}
      </div>
      {action}
    </div>
  );
}

/** The searchable part of a failure: its code and the request that the server log knows. */
function FailureCode({ error }: { readonly error: ApiFailure }) {
  return (
    <p className="mt-1 font-mono text-xs break-all text-ink-2">
      {error.code}
      {error.requestId !== '' && ` · request ${error.requestId}`}
    </p>
  );
}

interface FailureNoticeProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** What failed, why, what to do, and the code to search for. */
export function FailureNotice({ error, onRetry }: FailureNoticeProps) {
  const retry = onRetry && (
    <Button small onClick={onRetry}>
      Try again
    </Button>
  );
  if (error instanceof ApiFailure)
    return (
      <Notice tone="broken" role="alert" title={sentence(error.message)} action={retry}>
        <p>
          <Words text={sentence(error.hint)} />
        </p>
        <FailureCode error={error} />
      </Notice>
    );
  return (
    <Notice tone="broken" role="alert" title="This part of the console broke." action={retry}>
      <p>Load the page again. If it happens again, report it with this text:</p>
      <p className="mt-1 font-mono text-xs break-words">{String(error)}</p>
    </Notice>
  );
}
