import { resourceArn } from '../members.ts';
import { defineOperation } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ resourceArn: required(resourceArn) });

export const listTagsForResource = defineOperation(
  'ListTagsForResource',
  input,
  async ({ logs }, { actor, names }, request) => {
    const group = await logs.groups.get(actor, names.logGroupOfArn(request.resourceArn));
    return { tags: group.tags };
  },
);
