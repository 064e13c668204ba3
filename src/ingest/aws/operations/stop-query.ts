import { queryId } from '../members.ts';
import { defineOperation, parameterInvalid } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ queryId: required(queryId) });

export const stopQuery = defineOperation('StopQuery', input, async ({ logs }, { actor }, request) => {
  const success = await logs.queries.stop(actor, request.queryId);
  if (!success) throw parameterInvalid(`The query ${request.queryId} has already ended.`);
  return { success };
});
