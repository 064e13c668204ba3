import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ApiFailure, call, rememberCsrfToken, whenSignedOut } from './client.ts';
import type { Role, Session } from './types.ts';

export const SESSION_KEY = ['session'] as const;

async function fetchSession(): Promise<Session | null> {
  try {
    const session = await call<Session>('GET', '/session');
    rememberCsrfToken(session.csrfToken);
    return session;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) return null;
    throw error;
  }
}

/** The signed-in person; null when nobody is signed in. */
export const useSession = () =>
  useQuery({ queryKey: SESSION_KEY, queryFn: fetchSession, staleTime: 5 * 60_000, retry: false });

export async function signIn(email: string, password: string): Promise<Session> {
  const session = await call<Session>('POST', '/session', { body: { email, password } });
  rememberCsrfToken(session.csrfToken);
  return session;
}

export const changePassword = (current: string, next: string): Promise<void> =>
  call('POST', '/session/password', { body: { current, next } });

/** Signs out and forgets everything that this person could see. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await call('DELETE', '/session').catch(() => undefined);
    client.setQueryData(SESSION_KEY, null);
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
  };
}

// What the roles may do, to hide what would be refused anyway. The server decides; this only spares a refusal.
const CAPABILITIES = {
  measure: ['admin'],
  manageAccess: ['admin'],
  readAccess: ['admin', 'security'],
  manageLogs: ['admin'],
  readAudit: ['admin', 'security'],
  readRedaction: ['admin', 'security', 'responder'],
  readSystem: ['admin', 'security', 'responder'],
  readWorkbooks: ['admin', 'security', 'responder'],
  writeWorkbooks: ['admin', 'responder'],
  readVault: ['admin', 'security', 'responder'],
  manageVault: ['admin'],
  readBackup: ['admin', 'security', 'responder', 'viewer'],
  runBackup: ['admin', 'responder'],
  restoreBackup: ['admin'],
  manageBackup: ['admin'],
  readNotify: ['admin', 'security', 'responder'],
  respondNotify: ['admin', 'responder'],
  manageNotify: ['admin'],
  readMetrics: ['admin', 'security', 'responder', 'viewer'],
  manageAlarms: ['admin'],
  readIssues: ['admin', 'security', 'responder', 'viewer'],
  respondIssues: ['admin', 'responder'],
  manageIssues: ['admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Capability = keyof typeof CAPABILITIES;

export const capabilityRoles = (capability: Capability): readonly Role[] => CAPABILITIES[capability];

export function useMay(capability: Capability): boolean {
  const { data } = useSession();
  const allowed = capabilityRoles(capability);
  return data?.person.roles.some((role) => allowed.includes(role)) ?? false;
}

let expired = false;
const listeners = new Set<() => void>();
const setExpired = (next: boolean): void => {
  if (expired === next) return;
  expired = next;
  for (const listener of listeners) listener();
};
whenSignedOut(() => setExpired(true));

/** Called after signing in again: the page beneath goes on where it was. */
export const markSessionRenewed = (): void => setExpired(false);

/** True from the first 401 until somebody signs in again. */
export const useSessionExpired = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => expired,
  );
