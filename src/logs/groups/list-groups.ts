import type { Actor } from '../../access/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { checkLimit, fitsPattern } from '../names.ts';
import { readToken, writeToken } from '../page-token.ts';
import type { LogGroupVerbs } from '../service.ts';

/** A sender writes to any group, so it may know all their names; others see what they may read. */
const sees = ({ canRead }: LogsContext, actor: Actor, name: string): boolean =>
  canRead(actor, name) ||
  (actor.roles.includes('sender') && (actor.scopes === undefined || actor.scopes.includes('logs:Write')));

/** By name, what the actor may see. `pattern` is a part of the name, case-sensitive, or a whole name with `*` in it. */
export const listGroups =
  (context: LogsContext): LogGroupVerbs['list'] =>
  async (actor, filter) => {
    await context.authorize(actor, 'logs:Describe', { type: 'log-group', name: '*' });
    checkLimit('limit', filter.limit, LOGS_LIMITS.listPageMax);
    const { prefix = '', pattern = '', storageClass } = filter;
    const request = ['groups', prefix, pattern, storageClass ?? ''];
    const [after] = filter.nextToken === undefined ? [] : readToken(request, filter.nextToken, 1);
    const found = context.registry
      .sorted()
      .filter(
        (group) =>
          (after === undefined || group.name > after) &&
          group.name.startsWith(prefix) &&
          sees(context, actor, group.name) &&
          (pattern.includes('*') ? fitsPattern(pattern, group.name) : group.name.includes(pattern)) &&
          (storageClass === undefined || group.storageClass === storageClass),
      );
    const items = found.slice(0, filter.limit);
    const last = items.at(-1);
    return found.length > items.length && last !== undefined
      ? { items, nextToken: writeToken(request, [last.name]) }
      : { items };
  };
