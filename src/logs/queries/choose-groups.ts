import type { Actor } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { fitsPattern } from '../names.ts';
import type { LogGroup } from '../types.ts';

/**
 * The groups that a query reads. A group that is named must exist and be readable, else the query is refused (and
 * access records it); a pattern means those of its groups that the actor may read, in silence.
 */
export async function chooseGroups(
  context: LogsContext,
  actor: Actor,
  wanted: readonly string[],
): Promise<readonly LogGroup[]> {
  const max = LOGS_LIMITS.queryGroupsNamedMax;
  if (wanted.length > max) throw new Failure(LOGS_FAILURES.tooManyNamedGroups, { count: wanted.length, max });
  const names = wanted.filter((name) => !name.includes('*'));
  const patterns = wanted.length === 0 ? ['*'] : wanted.filter((name) => name.includes('*'));
  const chosen = new Map<string, LogGroup>();
  for (const name of names) {
    await context.authorize(actor, 'logs:Read', { type: 'log-group', name });
    chosen.set(name, context.registry.get(name).group);
  }
  if (patterns.length > 0) {
    for (const group of context.registry.sorted()) {
      const fits = patterns.some((pattern) => fitsPattern(pattern, group.name));
      if (fits && context.canRead(actor, group.name)) chosen.set(group.name, group);
    }
  }
  // Nothing to read is an empty answer for those who may read something, and a refusal for those who may not.
  if (chosen.size === 0 && actor.readableLogGroups.length === 0) {
    await context.authorize(actor, 'logs:Read', { type: 'log-group', name: '*' });
  }
  return [...chosen.values()];
}
