import type { LogGroup } from '../../../logs/index.ts';
import { AWS_LIMITS } from '../limits.ts';
import { accountIdentifiers, logGroupClass, nextToken, tagKey } from '../members.ts';
import { defineOperation, given, parameterInvalid } from '../operation.ts';
import { flag, integer, list, type Members, members, required, type Shape, text } from '../shape.ts';
import { logGroupClassOf, storageClassOf } from '../storage-class.ts';

const NAME = '\\^?[.\\-_/#A-Za-z0-9]{3,24}';
const tagFilter = members({ key: required(tagKey), values: list(text({ max: 259 }), { max: 5 }) });
const input = members({
  logGroupNamePattern: text({ min: 3, max: 129, pattern: `(${NAME})(\\|${NAME}){0,4}` }),
  logGroupClass,
  includeLinkedAccounts: flag(),
  accountIdentifiers,
  nextToken,
  limit: integer({ min: 1, max: 1000 }),
  dataSources: list(members({ name: required(text()) }), { min: 1, max: 5 }),
  fieldIndexNames: list(text({ min: 1, max: 512 }), { min: 1, max: 20 }),
  logGroupTags: list(tagFilter, { min: 1, max: 5 }),
});
type Request = typeof input extends Shape<infer T> ? T : never;

export const listLogGroups = defineOperation('ListLogGroups', input, async ({ logs }, { actor, names }, request) => {
  if (request.dataSources !== undefined || request.fieldIndexNames !== undefined) {
    throw parameterInvalid('Filters by data source or by field index are not offered.');
  }
  if (request.logGroupClass === 'DELIVERY') return { logGroups: [] };
  const storageClass = storageClassOf(request.logGroupClass);
  const limit = request.limit ?? 50;
  const found: LogGroup[] = [];
  let token = request.nextToken;
  // Each page asks for no more than is still wanted, so that the token behind it is where the next call goes on.
  for (let pages = 0; pages < AWS_LIMITS.listScanPages; pages += 1) {
    const page = await logs.groups.list(actor, {
      limit: limit - found.length,
      ...given({ storageClass, nextToken: token }),
    });
    found.push(...page.items.filter((group) => isWanted(request, group)));
    token = page.nextToken;
    if (token === undefined || found.length >= limit) break;
  }
  const logGroups = found.map((group) => ({
    logGroupName: group.name,
    logGroupArn: names.logGroupArn(group.name),
    logGroupClass: logGroupClassOf(group.storageClass),
  }));
  return { logGroups, ...given({ nextToken: token }) };
});

const isWanted = (request: Request, group: LogGroup): boolean =>
  nameMatches(request.logGroupNamePattern, group.name) &&
  (request.logGroupTags ?? []).every((filter) => tagMatches(filter, group.tags));

/** `^` ties an alternative to the beginning, `|` separates alternatives; everything else stands for itself. */
const nameMatches = (pattern: string | undefined, name: string): boolean =>
  pattern === undefined ||
  pattern.split('|').some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part)));

function tagMatches(
  filter: Members<{ readonly key: { readonly shape: Shape<string> }; readonly values: Shape<readonly string[]> }>,
  tags: Readonly<Record<string, string>>,
): boolean {
  if (!Object.hasOwn(tags, filter.key)) return false;
  const value = tags[filter.key] ?? '';
  const values = filter.values ?? [];
  return values.length === 0 || values.some((wanted) => valueMatches(wanted, value));
}

/** `!` negates; `*` at either end stands for anything. */
function valueMatches(wanted: string, value: string): boolean {
  if (wanted.startsWith('!')) return !valueMatches(wanted.slice(1), value);
  const open = wanted.startsWith('*');
  const close = wanted.endsWith('*') && wanted.length > 1;
  const core = wanted.slice(open ? 1 : 0, close ? -1 : undefined);
  if (open && close) return value.includes(core);
  if (open) return value.endsWith(core);
  return close ? value.startsWith(core) : value === core;
}
