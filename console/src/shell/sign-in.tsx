import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiFailure } from '../api/client.ts';
import { markSessionRenewed, SESSION_KEY, signIn } from '../api/session.ts';
import { formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { BrandMark } from './brand.tsx';

/** Counts down the seconds that the server asked to wait. */
function useWait(): [number, (seconds: number) => void] {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds <= 0) return;
    const handle = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(handle);
  }, [seconds]);
  return [seconds, setSeconds];
}

function SignInFailure({ error, waitSeconds }: { readonly error: unknown; readonly waitSeconds: number }) {
  if (error instanceof ApiFailure && error.status === 401)
    return (
      <Notice tone="broken" role="alert" title="E-mail address and password do not belong together.">
        Check both. An administrator can reset a password under Settings, People.
      </Notice>
    );
  if (error instanceof ApiFailure && error.status === 429)
    return (
      <Notice tone="warn" role="alert" title="Too many attempts.">
        {waitSeconds > 0 ? `Try again in ${formatDuration(waitSeconds * 1000)}.` : 'You can try again now.'} The pause
        keeps others from guessing your password.
      </Notice>
    );
  return <FailureNotice error={error} />;
}

/** The form itself; also laid over a page whose session has ended. */
export function SignInForm({ email: knownEmail = '' }: { readonly email?: string }) {
  const client = useQueryClient();
  const [email, setEmail] = useState(knownEmail);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [wait, setWait] = useWait();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const session = await signIn(email.trim(), password);
      client.setQueryData(SESSION_KEY, session);
      markSessionRenewed();
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    } catch (failure) {
      setError(failure);
      setPassword('');
      if (failure instanceof ApiFailure) setWait(failure.retryAfterSeconds ?? 0);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {error !== undefined && (
        <div className="mb-4">
          <SignInFailure error={error} waitSeconds={wait} />
        </div>
      )}
      <TextField
        ref={first}
        label="E-mail address"
        type="email"
        name="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        className="h-9!"
      />
      <TextField
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        className="h-9!"
      />
      <Button type="submit" tone="accent" className="mt-1 h-9! w-full" disabled={busy || wait > 0}>
        {busy ? 'Signing in…' : wait > 0 ? `Wait ${formatDuration(wait * 1000)}` : 'Sign in'}
      </Button>
    </form>
  );
}

/** The frame of the pages that stand alone: sign in, first password. */
export function LonePage({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead: ReactNode;
  readonly children: ReactNode;
}) {
  useTitle(title);
  return (
    <main className="grid min-h-dvh place-items-center px-5 py-10">
      <div className="w-full max-w-[380px]">
        <BrandMark className="mb-5 size-11" />
        <h1 className="border-b-2 border-ink pb-3 text-xl leading-tight">{title}</h1>
        <p className="mt-3 mb-5 text-sm text-ink-2">{lead}</p>
        {children}
      </div>
    </main>
  );
}

export function SignInPage() {
  return (
    <LonePage
      title="Sign in to Holdfast"
      lead="It keeps this company’s monitoring and backup promises, and proves that it keeps them."
    >
      <SignInForm />
      <p className="mt-5 text-xs text-ink-3">
        First start? Holdfast printed the address and password of the first administrator in its terminal, once.
      </p>
    </LonePage>
  );
}
