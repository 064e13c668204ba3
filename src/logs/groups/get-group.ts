import type { LogsContext } from '../context.ts';
import type { LogGroupVerbs } from '../service.ts';

export const getGroup =
  (context: LogsContext): LogGroupVerbs['get'] =>
  async (actor, name) => {
    await context.authorize(actor, 'logs:Describe', { type: 'log-group', name });
    return context.registry.get(name).group;
  };
