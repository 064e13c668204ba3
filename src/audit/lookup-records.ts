import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { Failure } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { AUDIT_FAILURES } from './failures.ts';
import { AUDIT_LIMITS } from './limits.ts';
import type { AuditTables } from './migrations.ts';
import type { AuditLookup, AuditRecord } from './types.ts';

/** Newest first, by number. Throws `audit.limit-invalid` and `audit.page-token-invalid`. */
export async function lookupRecords(
  catalog: Catalog,
  lookup: AuditLookup,
): Promise<{ readonly records: readonly AuditRecord[]; readonly nextPageToken?: string }> {
  const limit = lookup.limit ?? AUDIT_LIMITS.lookupDefault;
  if (!Number.isInteger(limit) || limit < 1 || limit > AUDIT_LIMITS.lookupMax) {
    throw new Failure(AUDIT_FAILURES.limitInvalid, { limit, limitMax: AUDIT_LIMITS.lookupMax });
  }
  const { eventName, identityName, resourceName, startMs, endMs } = lookup;
  let query = catalog
    .db<AuditTables>()
    .selectFrom('audit_records')
    .select(['sequence', 'record'])
    .orderBy('sequence', 'desc')
    .limit(limit + 1);
  if (lookup.pageToken !== undefined) query = query.where('sequence', '<', readPageToken(lookup));
  if (eventName !== undefined) query = query.where('event_name', '=', eventName);
  if (identityName !== undefined) query = query.where('identity_name', '=', identityName);
  if (resourceName !== undefined) query = query.where(sql<boolean>`resource_names @> array[${resourceName}]::text[]`);
  if (startMs !== undefined) query = query.where('event_time_ms', '>=', Math.trunc(startMs));
  if (endMs !== undefined) query = query.where('event_time_ms', '<=', Math.trunc(endMs));
  if (lookup.refusedOnly === true) query = query.where('error_code', 'is not', null);
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const records = page.map(({ sequence, record }) => ({ ...(JSON.parse(record) as AuditRecord), sequence }));
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { records };
  return { records, nextPageToken: writePageToken(lookup, last.sequence) };
}

/** The token carries where to go on and a digest of the filters, so that it fits only the search it came from. */
function writePageToken(lookup: AuditLookup, sequence: number): string {
  return Buffer.from(JSON.stringify([filterDigest(lookup), sequence])).toString('base64url');
}

function readPageToken(lookup: AuditLookup): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(lookup.pageToken ?? '', 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === filterDigest(lookup) && Number.isSafeInteger(parsed[1])) {
      return Number(parsed[1]);
    }
  } catch {
    // Not a token at all; refused below like one of another search.
  }
  throw new Failure(AUDIT_FAILURES.pageTokenInvalid);
}

function filterDigest({ eventName, identityName, resourceName, startMs, endMs, refusedOnly }: AuditLookup): string {
  const filters = JSON.stringify([eventName, identityName, resourceName, startMs, endMs, refusedOnly === true]);
  return createHash('sha256').update(filters).digest('base64url').slice(0, 16);
}
