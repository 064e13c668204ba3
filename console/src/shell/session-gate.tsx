import type { ReactNode } from 'react';
import { useSession, useSessionExpired } from '../api/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { BrandMark } from './brand.tsx';
import { ChangePasswordPage } from './change-password.tsx';
import { SignInForm, SignInPage } from './sign-in.tsx';

/** Shows the console only to somebody who is signed in; a session that ends leaves the page as it was. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const expired = useSessionExpired();
  if (session.isPending)
    return (
      <main className="grid min-h-dvh place-items-center" aria-busy="true">
        <h1 className="sr-only">Holdfast is loading</h1>
        <BrandMark className="appear-late size-11" />
      </main>
    );
  if (session.isError)
    return (
      <main className="mx-auto max-w-[560px] px-5 py-16">
        <h1 className="mb-4 border-b-2 border-ink pb-3 text-xl">Holdfast cannot be reached</h1>
        <FailureNotice error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  if (session.data === null) return <SignInPage />;
  if (session.data.mustChangePassword) return <ChangePasswordPage email={session.data.person.email} />;
  return (
    <>
      {children}
      <Dialog
        open={expired}
        onOpenChange={() => undefined}
        sticky
        title="Your session has ended"
        description="Sign in again to go on; this page stays as it is."
      >
        <SignInForm email={session.data.person.email} />
      </Dialog>
    </>
  );
}
