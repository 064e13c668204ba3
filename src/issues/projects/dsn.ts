import type { ProjectKey } from '../types.ts';

/** What an SDK is given: `http://<key>@host:port/<project>`. `origin` may have a path, behind a proxy. */
export function dsnOf(origin: string, { publicKey, projectId }: Pick<ProjectKey, 'publicKey' | 'projectId'>): string {
  const { protocol, host, pathname } = new URL(origin);
  return `${protocol}//${publicKey}@${host}${pathname.replace(/\/+$/, '')}/${projectId}`;
}

/** Where browsers send reports of policies to; they can carry the key in the query alone. */
export function securityUrlOf(
  origin: string,
  { publicKey, projectId }: Pick<ProjectKey, 'publicKey' | 'projectId'>,
): string {
  return `${origin.replace(/\/+$/, '')}/api/${projectId}/security/?sentry_key=${publicKey}`;
}
