import { resourceArn, tags } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ resourceArn: required(resourceArn), tags: required(tags) });

export const tagResource = defineOperation('TagResource', input, async ({ logs }, { actor, names }, request) => {
  await logs.groups.tag(actor, names.logGroupOfArn(request.resourceArn), request.tags);
  return undefined;
});
