import type { IssueBody } from '../../api/issues-contract.ts';
import type { RunContext } from '../run-context.ts';

export const issueAt = (id: string, rest = ''): string => `/issues/${encodeURIComponent(id)}${rest}`;

/** One word for the state, as people say it. */
export const stateOf = ({ status, substatus }: Pick<IssueBody, 'status' | 'substatus'>): string =>
  status === 'unresolved' ? (substatus ?? status) : status;

/** The server's lists take ids; people know slugs. */
export async function projectIdOf(context: RunContext, project: string): Promise<string> {
  if (/^\d+$/.test(project)) return project;
  return (await context.client().get<{ id: string }>(`/projects/${encodeURIComponent(project)}`)).id;
}
