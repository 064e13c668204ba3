import { Failure } from '../../base/index.ts';
import { METRICS_FILTERS_FAILURES } from './failures.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';
import type { MetricFilter } from './types.ts';

/** One page in the order of group and name; a token names the last filter that was given. */
export function pageOf(
  filters: readonly MetricFilter[],
  asked: { readonly limit: number; readonly nextToken?: string },
): { readonly filters: readonly MetricFilter[]; readonly nextToken?: string } {
  const after = asked.nextToken === undefined ? undefined : readToken(asked.nextToken);
  const rest = [...filters].sort(byPlace).filter((filter) => after === undefined || byPlace(filter, after) > 0);
  const page = rest.slice(0, Math.min(asked.limit, METRICS_FILTERS_LIMITS.page));
  const last = page.at(-1);
  return { filters: page, ...(rest.length > page.length && last !== undefined ? { nextToken: writeToken(last) } : {}) };
}

type Place = Pick<MetricFilter, 'logGroup' | 'name'>;

const byPlace = (a: Place, b: Place): number => compare(a.logGroup, b.logGroup) || compare(a.name, b.name);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const writeToken = ({ logGroup, name }: Place): string =>
  Buffer.from(JSON.stringify([logGroup, name])).toString('base64url');

function readToken(token: string): Place {
  if (token.length <= METRICS_FILTERS_LIMITS.tokenLength && /^[\w-]+$/.test(token)) {
    const parsed = parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'string') {
      return { logGroup: parsed[0], name: parsed[1] };
    }
  }
  throw new Failure(METRICS_FILTERS_FAILURES.tokenInvalid);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
