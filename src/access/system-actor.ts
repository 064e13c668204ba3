import type { Actor } from './types.ts';

/** An actor for what Holdfast does by itself, such as probes and retention; `name` says which part acts. */
export const systemActor = (name: string): Actor => ({
  type: 'system',
  id: name,
  name,
  roles: ['admin'],
  readableLogGroups: ['*'],
  sourceIp: `${name}.holdfast`,
  userAgent: 'holdfast',
});
